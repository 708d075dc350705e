package yamldb

import (
	"go.yaml.in/yaml/v3"

	"quaestor/riskdb"
)

// takeMarks moves the identifiers of the table marks to the products and vendors that they belong to, and keeps
// for each node in which file it stands.
func (s *Set) takeMarks() {
	products, vendors := map[string]int{}, map[string]int{}
	for i, p := range s.Products {
		products[p.ID] = i
	}
	for i, v := range s.Vendors {
		vendors[v.ID] = i
	}
	for i, m := range s.Marks {
		r := s.rows["marks"][i]
		p, isProduct := products[m.Of]
		v, isVendor := vendors[m.Of]
		list := child(r.node, "identifiers")
		ofVendors, mixed := forVendors(m.Identifiers)
		switch {
		case len(m.Identifiers) == 0:
			s.problem(r.file, r.node.Line, "marks without identifiers")
		case mixed:
			s.problem(r.file, r.node.Line, "marks of a vendor and of a product in one row: make two")
		case ofVendors && isVendor:
			s.Vendors[v].Identifiers = append(s.Vendors[v].Identifiers, m.Identifiers...)
			s.graft(s.rows["vendors"][v], list, r.file)
		case !ofVendors && isProduct:
			s.Products[p].Identifiers = append(s.Products[p].Identifiers, m.Identifiers...)
			s.graft(s.rows["products"][p], list, r.file)
		default:
			s.problem(r.file, r.node.Line, "marks of "+m.Of+": there is no such product, or for marks of a signer or publisher no such vendor")
		}
	}
	s.Marks = nil
	delete(s.rows, "marks")
}

// forVendors reports whether identifiers are of a vendor, and whether some are and some are not.
func forVendors(ids []riskdb.Identifier) (all, mixed bool) {
	n := 0
	for _, id := range ids {
		if vendorID[id.Kind] {
			n++
		}
	}
	return n > 0 && n == len(ids), n > 0 && n < len(ids)
}

// graft appends the nodes of a list of identifiers to those of a row.
func (s *Set) graft(to row, list *yaml.Node, file string) {
	if list == nil || to.node.Kind != yaml.MappingNode {
		return
	}
	into := child(to.node, "identifiers")
	if into == nil {
		into = &yaml.Node{Kind: yaml.SequenceNode, Line: to.node.Line}
		to.node.Content = append(to.node.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: "identifiers", Line: to.node.Line}, into)
	}
	into.Content = append(into.Content, list.Content...)
	if s.files == nil {
		s.files = map[*yaml.Node]string{}
	}
	for _, n := range list.Content {
		s.standsIn(n, file)
	}
}

func (s *Set) standsIn(n *yaml.Node, file string) {
	s.files[n] = file
	for _, c := range n.Content {
		s.standsIn(c, file)
	}
}
