"""The one public origin: a route table, and what is generated from it for nginx and for Kubernetes."""
