package saved

import (
	"fmt"
	"strconv"
	"strings"

	"quaestor/scanners/inventory"
)

const schemaPrefix = "quaestor.inventory/"

// checkSchema accepts every document of a model that this version knows.
func checkSchema(schema string) error {
	model, err := modelOf(schema)
	if err != nil {
		return err
	}
	known, err := modelOf(inventory.Schema)
	if err != nil {
		return err
	}
	if model > known {
		return fmt.Errorf("the inventory has model %d and this version reads up to %d; update Quaestor", model, known)
	}
	return nil
}

func modelOf(schema string) (int, error) {
	version, ok := strings.CutPrefix(schema, schemaPrefix)
	if !ok {
		return 0, fmt.Errorf("the schema is %q and not %s…; name a file that was written with -o inventory", inventory.Text(schema), schemaPrefix)
	}
	parts := strings.Split(version, ".")
	n, err := strconv.Atoi(parts[0])
	if err != nil || len(parts) != 3 || n < 1 {
		return 0, fmt.Errorf("the schema %q has no version that can be read; write the inventory again", inventory.Text(schema))
	}
	return n, nil
}
