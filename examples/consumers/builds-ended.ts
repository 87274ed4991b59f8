// Prints what became of each upload: npm install kafkajs protobufjs; node builds-ended.ts [brokers] [folder of proto]
import { join } from 'node:path';

import { Kafka, logLevel } from 'kafkajs';
import protobuf from 'protobufjs';

const [brokers = 'localhost:9092', protos = 'proto'] = process.argv.slice(2);
const root = new protobuf.Root();
root.resolvePath = (_, path) => join(protos, path);
root.loadSync('floe/outcomes/v1/build_ended.proto');
const BuildEnded = root.lookupType('floe.outcomes.v1.BuildEnded');

const kafka = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.ERROR });
const consumer = kafka.consumer({ groupId: 'my-consumer-ts' });
await consumer.connect();
await consumer.subscribe({ topic: 'floe.outcomes.v1', fromBeginning: true });
await consumer.run({
  eachMessage: async ({ message: { headers, value } }) => {
    if (String(headers?.['ce_type']) !== 'floe.outcomes.v1.BuildEnded' || !value) return;
    const fact = BuildEnded.toObject(BuildEnded.decode(value), { longs: Number });
    const { buildId, team, model, version = '-', outcome } = fact;
    // A fact may come again, with the same ce_id.
    console.log(String(headers?.['ce_id']), buildId, `${team}/${model}:${version}`, outcome);
  },
});
