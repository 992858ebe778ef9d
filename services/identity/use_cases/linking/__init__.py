"""The credentials of a person: WeChat and phone, their change, and two persons that turn out to be one."""
