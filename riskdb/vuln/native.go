package vuln

import (
	"strings"

	"github.com/package-url/packageurl-go"
)

// native is native code of a name: where it is developed, and how its releases are tagged.
type native struct {
	repo string
	tags []string // patterns: "v{}", with {_} for a version whose dots are underscores and {-} for dashes
}

// nativeCode finds the repository of pkg:generic/NAME.
func nativeCode(p packageurl.PackageURL, c coordinate) (coordinate, *unmatched) {
	n := natives()[strings.ToLower(p.Name)]
	if n == nil {
		return c, &unmatched{reasonNative, "pkg:generic/" + cut(p.Name)}
	}
	c.base, c.repo, c.native = gitEcosystem, repoName(n.repo), n
	c.tags = n.tagsOf(c.version)
	return c, nil
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
	out := make([]string, 0, len(n.tags))
	for _, pattern := range n.tags {
		head, tail, joint := split(pattern)
		out = append(out, head+strings.ReplaceAll(version, ".", joint)+tail)
	}
	return out
}

// version reads the version out of a tag.
func (n *native) version(tag string) (string, bool) {
	for _, pattern := range n.tags {
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

func natives() map[string]*native { return nil }
