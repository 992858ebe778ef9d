"""Code login and refresh per second and core, beside a raw floor on the same engines in the same run."""
