"""From a sentence to meaning, without a model: numbers, periods, facts, entities, intents. Front door: `understand`."""
