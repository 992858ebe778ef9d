"""RabbitMQ: names and declaration of queues, publishing with confirms, consuming with an inbox, parking and replay."""
