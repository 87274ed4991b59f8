# Prints what became of each upload: pip install -r requirements.txt; python builds_ended.py [brokers] [folder of proto]
import sys

import grpc
from confluent_kafka import Consumer

brokers, protos = sys.argv[1:] or ["localhost:9092", "proto"]
sys.path.append(protos)
BuildEnded = grpc.protos("floe/outcomes/v1/build_ended.proto").BuildEnded

consumer = Consumer({"bootstrap.servers": brokers, "group.id": "my-consumer-py", "auto.offset.reset": "earliest"})
consumer.subscribe(["floe.outcomes.v1"])
while True:
    record = consumer.poll(1)
    headers = dict(record.headers() or []) if record and not record.error() else {}
    if headers.get("ce_type") != b"floe.outcomes.v1.BuildEnded":
        continue
    fact = BuildEnded.FromString(record.value())
    version = fact.version if fact.HasField("version") else "-"
    # A fact may come again, with the same ce_id.
    print(headers["ce_id"].decode(), fact.build_id, f"{fact.team}/{fact.model}:{version}", fact.outcome, flush=True)
