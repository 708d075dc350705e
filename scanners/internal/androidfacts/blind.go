package androidfacts

import "quaestor/scanners/inventory"

// Blind records what a kind of source can never show, one gap a sentence.
func (p *Phone) Blind(subject string, sentences []string) {
	for _, s := range sentences {
		p.Gap(inventory.Gap{Subject: subject, Kind: inventory.GapBlind, Detail: s})
	}
}
