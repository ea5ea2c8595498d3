"""The official-style Word report: its blocks, its layout and its drawing."""
