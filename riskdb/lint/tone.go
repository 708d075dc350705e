package lint

import (
	"slices"
	"strings"

	"quaestor/riskdb/internal/lazyregexp"
	"quaestor/riskdb/internal/yamldb"
)

// spokenFields are those in which the project speaks for itself. Titles, names, instruments and citations are the words
// of others.
var spokenFields = []string{"note", "scope", "state_note", "unverified_reason", "relevance", "ordinary", "group_basis", "effect", "date_note",
	"extraterritorial", "exceptions", "rationale", "description", "message", "reason", "clause", "caveat", "do"}

func spoken(v yamldb.Value) bool { return slices.Contains(spokenFields, v.Field) }

// loadedWords judge where a fact belongs, in the languages in which contributors write. Words that name a kind of
// program (malware, spyware, stalkerware) or a term of law (foreign adversary) are not here.
var loadedWords = lazyregexp.New(`(?i)(^|[^\pL\pN])(` + strings.Join([]string{
	// English
	`evil`, `notorious(ly)?`, `infamous(ly)?`, `shady`, `sinister`, `nefarious`, `dubious`, `devious`, `sneaky`, `untrustworthy`, `disreputable`, `crooked`,
	`brutal(ly)?`, `ruthless(ly)?`, `scandalous(ly)?`, `despicable`, `outrageous(ly)?`, `appalling`, `shameless(ly)?`, `blatant(ly)?`, `so-called`, `alarming(ly)?`,
	`dictatorships?`, `dictators?`, `puppets?`, `cronies`, `henchmen`, `rogue (state|nation|regime|country|company|vendor)s?`, `pariah`,
	`(chinese|russian|iranian|north korean|belarusian|israeli|american|turkish|emirati|putin'?s|xi'?s|communist|kremlin|beijing) regime`, `the regime in`,
	`red china`, `authoritarian`, `totalitarian`, `enem(y|ies) (state|nation|country)`, `hostile (state|nation|country|power|actor)s?`, `spy (app|company|firm)s?`, `spies on (us|you)`,
	`untrusted (state|nation|country|vendor)`, `of course`, `obviously`, `everyone knows`,
	// French
	`notoires?`, `infâmes?`, `sinistres?`, `louches?`, `douteu(x|ses?)`, `malveillante?s?`, `dictatures?`, `dictateurs?`, `État voyou`, `régime (chinois|russe|iranien|de Pékin|de Moscou)`, `ennemie?s?`, `scandaleu(x|ses?)`,
	// Dutch
	`berucht(e)?`, `schimmige?`, `malafide`, `kwaadaardige?`, `dubieuze`, `dictatuur`, `dictator`, `schurkenstaat`, `vijandige?`, `(Chinese|Russische|Iraanse) regime`, `schandalige?`,
	// German
	`berüchtigte?[nrs]?`, `zwielichtige?[nrs]?`, `dubiose?[nrs]?`, `bösartige?[nrs]?`, `Diktatur`, `Schurkenstaat`, `feindliche?[nrs]?`, `(chinesische|russische|iranische)[ns]? Regimes?`, `skandalöse?[nrs]?`,
}, `|`) + `)($|[^\pL\pN])`)

// quotations are the words of a document, and stand as it wrote them.
var quotations = lazyregexp.New(`"[^"]*"|“[^”]*”|„[^“”]*[“”]|«[^»]*»|‘[^’]*’`)

// loaded lists the words on the list that a text uses outside quotation marks, each once.
func loaded(text string) []string {
	text = quotations.ReplaceAllString(text, " ")
	var out []string
	for {
		m := loadedWords.FindStringSubmatchIndex(text)
		if m == nil {
			return out
		}
		if word := text[m[4]:m[5]]; !slices.Contains(out, word) {
			out = append(out, word)
		}
		text = text[m[5]:]
	}
}
