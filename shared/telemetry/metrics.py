"""The Prometheus metrics all services share. Labels are route patterns, event types and queue names: never values."""

from prometheus_client import Counter, Gauge, Histogram

_FAST = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

HTTP_SECONDS = Histogram("tiro_http_request_seconds", "Time to answer", ["operation", "status"], buckets=_FAST)
CONNECTIONS_REFUSED = Counter("tiro_http_connections_refused_total", "Connections beyond the number that is kept")
STREAMS = Gauge("tiro_http_streams", "Streams of events that are open")
RELAY_PUBLISHED = Counter("tiro_relay_published_total", "Events confirmed by the broker")
RELAY_FAILED = Counter("tiro_relay_failed_total", "Publishes not confirmed", ["reason"])
OUTBOX_LAG = Gauge("tiro_outbox_oldest_unsent_seconds", "Age of the oldest unsent event")
OUTBOX_UNSENT = Gauge("tiro_outbox_unsent", "Unsent events")
CONSUMED = Counter("tiro_consumed_total", "Messages by fate", ["queue", "type", "fate"])
CONSUME_BATCH = Histogram("tiro_consume_batch_size", "Messages per transaction", buckets=(1, 2, 5, 10, 50, 100, 500))
SCHEDULED_RUNS = Counter("tiro_scheduled_runs_total", "Runs of scheduled work", ["job", "result"])
WECHAT_ANSWERS = Counter("tiro_wechat_answers_total", "Answers of WeChat by error code, 0: success", ["call", "code"])
SMS_SENDS = Counter("tiro_sms_sends_total", "Texts handed to a provider, by what it answered", ["provider", "verdict"])
SMS_PROVIDER_SHARE = Gauge("tiro_sms_provider_share", "Percent an SMS provider keeps; 0: switched off", ["provider"])
AUDIT_FINDINGS = Gauge("tiro_audit_findings", "What is wrong with the audit chain against its anchors; 0 is well")
AUDIT_KEPT_ALARMS = Counter("tiro_audit_kept_alarms_total", "What is wrong with kept anchors", ["service", "finding"])
LOGIN_CODE_BRAKE = Gauge("tiro_login_code_brake", "1 while the brake against SMS pumping is on", ["brake"])
OWN_DATA_EXPORTS_FAILED = Counter("tiro_own_data_exports_failed_total", "Copies of own data that were given up")
SMS_CODES_REFUSED = Counter("tiro_sms_codes_refused_total", "Codes beyond a quota", ["per"])
FINDINGS = Gauge("tiro_findings", "What reconcilers found and nobody has mended yet, as of the last look", ["kind"])
ANNOUNCED = Counter("tiro_announced_total", "Looked at when dates moved, by whether told of it", ["result"])
ANNOUNCEMENTS_WAITING = Gauge("tiro_announcements_waiting", "People, units and bodies still to be told of moved dates")
REPAIRED = Counter("tiro_repaired_total", "What reconcilers mended by themselves", ["kind"])
