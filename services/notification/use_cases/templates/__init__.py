"""The zone writes the next version of a template, looks at it and puts it in force."""
