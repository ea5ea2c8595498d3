"""The form: where everything stands, how it is written, how it knows whose it is."""
