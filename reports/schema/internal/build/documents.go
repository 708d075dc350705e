package build

import (
	"slices"

	"github.com/google/jsonschema-go/jsonschema"

	"quaestor/reports/documents"
)

// answers makes the schemas of the documents of the other commands, by file name.
func answers() map[string]func(string) (*jsonschema.Schema, error) {
	out := map[string]func(string) (*jsonschema.Schema, error){}
	for _, k := range documents.Kinds() {
		out[k.Name+".schema.json"] = func(root string) (*jsonschema.Schema, error) { return answer(root, k) }
	}
	return out
}

func answer(root string, k documents.Kind) (*jsonschema.Schema, error) {
	s, err := document(root, k.Type, slices.Concat(k.Dirs, []string{"reports", "reports/documents"})...)
	if err != nil {
		return nil, err
	}
	s.ID, s.Title = "urn:quaestor:"+k.Name+":1", k.Title
	s.Properties["schema"].Pattern = `^quaestor\.` + k.Name + `/1\.[0-9]+\.[0-9]+$`
	s.Properties["as_of"].Pattern = day
	return s, nil
}

const day = `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`
