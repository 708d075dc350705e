package labelled

import "quaestor/riskdb/resolve"

// Count is how the answers compare with the truth.
type Count struct {
	Pairs    int
	Right    int // the answer that was wanted, of pairs that want one
	Missed   int // pairs that want an answer and got none, or another
	False    int // answers that were not wanted: another product, or one where there is none
	Rejected int // pairs that want none and got none
}

// Precision is the share of answers that were wanted; 1 when there was none.
func (c Count) Precision() float64 { return ratio(c.Right, c.Right+c.False) }

// Recall is the share of wanted answers that were given; 1 when none was wanted.
func (c Count) Recall() float64 { return ratio(c.Right, c.Right+c.Missed) }

func ratio(part, whole int) float64 {
	if whole == 0 {
		return 1
	}
	return float64(part) / float64(whole)
}

func (c *Count) add(d Count) {
	c.Pairs += d.Pairs
	c.Right += d.Right
	c.Missed += d.Missed
	c.False += d.False
	c.Rejected += d.Rejected
}

// KindCount is the count of one kind of pair.
type KindCount struct {
	Kind string
	Count
}

// Mistake is one pair that was not answered as it should.
type Mistake struct {
	Kind      string
	Pair      Pair
	Want, Got string // products, "ask PRODUCT" or "vendor VENDOR"; empty for none
}

// Score is the result for a whole set.
type Score struct {
	All      Count
	Kinds    []KindCount // in the order of the set
	Mistakes []Mistake
}

// Evaluate resolves every pair of the set with the index.
func Evaluate(ix *resolve.Index, s Set) Score {
	var score Score
	for _, k := range s.Kinds {
		kc := KindCount{Kind: k.Name}
		for _, p := range k.Pairs {
			want, got := p.expected(), answer(ix.Resolve(p.Query()), p.Vendor != "")
			kc.add(judge(want, got))
			if want != got {
				score.Mistakes = append(score.Mistakes, Mistake{Kind: k.Name, Pair: p, Want: want, Got: got})
			}
		}
		score.All.add(kc.Count)
		score.Kinds = append(score.Kinds, kc)
	}
	return score
}

func judge(want, got string) Count {
	c := Count{Pairs: 1}
	switch {
	case want == got && want == "":
		c.Rejected = 1
	case want == got:
		c.Right = 1
	default:
		if want != "" {
			c.Missed = 1
		}
		if got != "" {
			c.False = 1
		}
	}
	return c
}
