import { getDefaultRegistry } from "@rjsf/core";
import type { Field, FieldProps } from "@rjsf/utils";
import { useState } from "react";

const Library = getDefaultRegistry().fields.ObjectField as Field;

const keysOf = (value: unknown): string[] =>
  value !== null && typeof value === "object" ? Object.keys(value) : [];

/**
 * An object of the form. The library (6.11) remembers a map's entries from when it first drew it, so that entries that
 * come from the YAML would not show: such a map is drawn anew. Entries made in the form itself keep their focus.
 */
export function ObjectField(props: FieldProps) {
  return props.schema.additionalProperties ? <MapField {...props} /> : <Library {...props} />;
}

function MapField(props: FieldProps) {
  const { schema, formData, fieldPathId, childFieldPathId, onChange } = props;
  const keys = keysOf(formData);
  const [drawn, setDrawn] = useState({
    turn: 0,
    known: new Set([...keysOf(schema.properties), ...keys]),
  });
  if (keys.some((key) => !drawn.known.has(key)))
    setDrawn({ turn: drawn.turn + 1, known: new Set([...drawn.known, ...keys]) });
  const depth = (childFieldPathId ?? fieldPathId).path.length;
  return (
    <Library
      key={drawn.turn}
      {...props}
      onChange={(value, path, ...rest) => {
        // A change of the map itself, not of something below it: an entry was added or has a new name.
        if (path.length === depth)
          setDrawn(({ turn, known }) => ({ turn, known: new Set([...known, ...keysOf(value)]) }));
        onChange(value, path, ...rest);
      }}
    />
  );
}
