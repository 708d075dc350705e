package vuln

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"github.com/package-url/packageurl-go"
)

// native is native code of a name: where it is developed, and how its releases are tagged.
type native struct {
	Names        []string
	Repositories []string
	Tags         []string // patterns
	Source       string   // where the tags are listed
	Seen         string   // where they were read, and one of them
}

//go:embed native.yaml
var nativeYAML []byte

// natives are the native code that is known, by name.
var natives = sync.OnceValue(func() map[string]*native {
	var list []*native
	if err := yaml.Unmarshal(nativeYAML, &list); err != nil {
		return nil // a test reads it
	}
	out := map[string]*native{}
	for _, n := range list {
		for _, name := range n.Names {
			out[name] = n
		}
	}
	return out
})

// nativeCode finds the repository of pkg:generic/NAME.
func nativeCode(p packageurl.PackageURL, c coordinate) (coordinate, *unmatched) {
	n := natives()[strings.ToLower(p.Name)]
	if n == nil {
		return c, &unmatched{reasonNative, "pkg:generic/" + cut(p.Name)}
	}
	c.base, c.native = gitEcosystem, n
	for _, address := range n.Repositories {
		c.repos = append(c.repos, repoName(address))
	}
	c.readTag()
	return c, nil
}

// readTag takes the version of native code for a tag where it is one.
func (c *coordinate) readTag() {
	if v, ok := c.native.version(c.version); ok {
		c.version = v
	}
	c.tags = c.native.tagsOf(c.version)
}

// nativeAt is the native code that is developed in a repository; nil where it is not known.
func nativeAt(repo string) *native {
	for _, n := range natives() {
		if slices.ContainsFunc(n.Repositories, func(address string) bool { return repoName(address) == repo }) {
			return n
		}
	}
	return nil
}

// tagsOf are the usual tags of a version.
func tagsOf(version string) []string {
	if version == "" {
		return nil
	}
	return []string{version, "v" + version, strings.TrimPrefix(version, "v")}
}

func (n *native) tagsOf(version string) []string {
	if version == "" {
		return nil
	}
	out := make([]string, 0, len(n.Tags))
	for _, pattern := range n.Tags {
		head, tail, joint := split(pattern)
		out = append(out, head+strings.ReplaceAll(version, ".", joint)+tail)
	}
	return out
}

// version reads the version out of a tag.
func (n *native) version(tag string) (string, bool) {
	for _, pattern := range n.Tags {
		head, tail, joint := split(pattern)
		if v, ok := strings.CutPrefix(tag, head); ok {
			if v, ok = strings.CutSuffix(v, tail); ok && v != "" && v[0] >= '0' && v[0] <= '9' {
				return strings.ReplaceAll(v, joint, "."), true
			}
		}
	}
	return "", false
}

// split takes a pattern apart: what stands before and after the version, and what joins its numbers.
func split(pattern string) (head, tail, joint string) {
	for hole, joint := range map[string]string{"{}": ".", "{_}": "_", "{-}": "-"} {
		if head, tail, ok := strings.Cut(pattern, hole); ok {
			return head, tail, joint
		}
	}
	return pattern, "", "."
}
