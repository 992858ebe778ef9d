"""The institution service: exam bodies, the library of institutions, bindings and supervisors."""
