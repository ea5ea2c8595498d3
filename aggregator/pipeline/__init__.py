"""One module per command or family of commands, one line per stage; takes a workspace, gives a result, prints nothing.

The command line imports the module of the command that it was given, and so only the rooms which that one needs.
"""
