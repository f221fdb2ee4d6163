/** Header fields, one line each; a repeated one is repeated. */
export const Headers = ({ of }: { of: Record<string, string | string[]> }) => (
  <dl className="headers">
    {Object.entries(of).flatMap(([name, values]) =>
      [values].flat().map((value, i) => (
        <div key={`${name} ${i}`}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      )),
    )}
  </dl>
);
