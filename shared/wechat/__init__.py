"""WeChat's server side, as any service needs it: calls, and the access token that all copies of a service share."""
