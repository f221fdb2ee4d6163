import { DockerfileParser } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { existsSync, readFileSync } from 'node:fs';
import { gatherFaults } from './check/faults.mjs';
import { PROGRAMS } from './image-programs.mjs';
import { inRoot } from './prepare/root.mjs';

/** Checks the Dockerfile without a container engine: its syntax, what it copies, and how the image runs. */
const FILE = 'Dockerfile';
const ERROR = 2;

const faults = gatherFaults();
const text = readFileSync(inRoot(FILE), 'utf8');
for (const { range, message } of validate(text, { casingStyle: ERROR, instructionCasing: ERROR })) {
  faults.add(`${FILE}:${range.start.line + 1}`, message);
}

const instructions = DockerfileParser.parse(text).getInstructions();
const argumentsOf = (instruction) => instruction.getArguments().map((argument) => argument.getValue());
const lastOf = (keyword) => instructions.filter((instruction) => instruction.getKeyword() === keyword).at(-1);

checkCopies();
checkFinalStage();
for (const path of Object.values(PROGRAMS)) {
  if (!existsSync(inRoot(path.replace(/^dist\//, '').replace(/\.js$/, '.ts'))))
    faults.add('scripts/image-programs.mjs', `${path} has no source`);
}
faults.finish();

/** What is copied from the project must exist, and .dockerignore must let it through. */
function checkCopies() {
  const letThrough = readFileSync(inRoot('.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('!'))
    .map((line) => line.slice(1));
  for (const line of letThrough) if (!existsSync(inRoot(line))) faults.add('.dockerignore', `${line} does not exist`);
  for (const copy of instructions.filter((instruction) => instruction.getKeyword() === 'COPY')) {
    if (copy.getFlags().some((flag) => flag.getName() === 'from')) continue;
    for (const source of argumentsOf(copy).slice(0, -1)) {
      const where = `${FILE}:${copy.getRange().start.line + 1}`;
      if (!existsSync(inRoot(source))) faults.add(where, `${source} does not exist`);
      if (!letThrough.some((path) => source === path || source.startsWith(`${path}/`)))
        faults.add(where, `.dockerignore keeps ${source} out`);
    }
  }
}

function checkFinalStage() {
  const stage = instructions.slice(instructions.lastIndexOf(lastOf('FROM')));
  const user = stage.filter((instruction) => instruction.getKeyword() === 'USER').at(-1);
  if (!user || !/^[1-9]\d*(:|$)/.test(argumentsOf(user)[0] ?? ''))
    faults.add(FILE, 'the image must run as a user other than root, given by number');
  for (const keyword of ['ENTRYPOINT', 'CMD']) {
    const instruction = stage.findLast((one) => one.getKeyword() === keyword);
    const content = instruction?.getArgumentsContent() ?? '';
    if (!content.startsWith('[')) faults.add(FILE, `${keyword} must be a list: a shell in between would keep the signals`);
  }
  const program = /^\["(\w+)"\]$/.exec(lastOf('CMD')?.getArgumentsContent() ?? '')?.[1] ?? '';
  if (!Object.hasOwn(PROGRAMS, program)) faults.add(FILE, `CMD must name one of the image's programs`);
}
