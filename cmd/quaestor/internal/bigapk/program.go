package bigapk

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// program is what one DEX file defines, before it has a form.
type program struct {
	classes   []class
	constants []string // that its code names
}

type class struct {
	descriptor string
	fields     []string
	methods    []method // the constructor first
}

type method struct {
	name  string
	proto int // in protos
}

// proto is the type of a method: what it returns and takes, and the short form of both.
type proto struct {
	returns string
	takes   []string
	shorty  string
}

const (
	object = "Ljava/lang/Object;"
	text   = "Ljava/lang/String;"
)

var protos = []proto{
	{"V", nil, "V"}, {"V", []string{"I"}, "VI"}, {"V", []string{text}, "VL"}, {"V", []string{text, "I"}, "VLI"},
	{"I", nil, "I"}, {"I", []string{text}, "IL"}, {"Z", nil, "Z"}, {"Z", []string{object}, "ZL"},
	{text, nil, "L"}, {text, []string{"I", "I"}, "LII"}, {object, []string{object, text}, "LLL"}, {"J", nil, "J"},
}

var words = strings.Fields(`account action adapter address alarm album anchor archive audio badge banner battery bind bitmap block body
	border bridge buffer build bundle cache call camera card cell channel chat check client cloud code color command config contact content
	context cookie count crash cursor data date decode default delete detail device dialog digest disk dispatch document download draft draw
	edit email encode engine entry error event export factory feed field file filter flag folder font form frame friend gallery game gesture
	graph group handler header helper history holder home icon image import index input insert install intent item journal key label language
	layout level library limit link list listener loader local location lock log login manager map market media memory menu message meter
	model module monitor movie music name network note notify object offer online option order owner package page panel parser password path
	payment phone photo picker player point policy popup post preview print privacy process profile progress provider proxy push query queue
	radio reader record refresh region register remote remove render report request reset resource response result retry review route rule
	scale scan schedule schema screen script scroll search secret section select send sensor server service session setting share shop sign
	size slide socket sort sound source space stack start state status store stream string style sync system table task test text theme
	thread ticket time title toast token tool touch track transfer tree trigger type update upload user utility value vector version video
	view visit voice wallet watch weather web widget window wizard worker wrapper zone zoom`)

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// write draws the classes from one number up to another, and what they need.
func write(random *rand.Rand, from, to int) *program {
	word := func() string { return words[random.IntN(len(words))] }
	p := &program{}
	pkg, left := "", 0
	for n := from; n < to; n++ {
		if left == 0 {
			pkg, left = fmt.Sprintf("Lcom/%s/%s/%s%d/", word(), word(), word(), n%97), 5+random.IntN(40)
		}
		left--
		p.classes = append(p.classes, writeClass(random, fmt.Sprintf("%s%s%s%d;", pkg, capital(word()), capital(word()), n)))
	}
	for range 1 + len(p.classes) {
		p.constants = append(p.constants, constant(random, word))
	}
	slices.Sort(p.constants)
	p.constants = slices.Compact(p.constants)
	return p
}

func writeClass(random *rand.Rand, descriptor string) class {
	word := func() string { return words[random.IntN(len(words))] }
	c := class{descriptor: descriptor, methods: []method{{"<init>", 0}}}
	for range random.IntN(5) {
		c.fields = append(c.fields, "m"+capital(word())+capital(word()))
	}
	slices.Sort(c.fields)
	c.fields = slices.Compact(c.fields)
	for range 2 + random.IntN(7) {
		c.methods = append(c.methods, method{word() + capital(word()), random.IntN(len(protos))})
	}
	return c
}

// constant is a text as code names it: a key, a sentence, an address.
func constant(random *rand.Rand, word func() string) string {
	switch n := random.IntN(80); {
	case n == 0: // a large app names some thousand addresses
		return fmt.Sprintf("https://%s.example.com/%s/v%d/%s?%s=", word(), word(), random.IntN(5), word(), word())
	case n < 30:
		return fmt.Sprintf("%s_%s", strings.ToUpper(word()), strings.ToUpper(word()))
	case n < 40:
		return fmt.Sprintf("com.%s.%s.%s", word(), word(), strings.ToUpper(word()))
	case n < 50:
		return fmt.Sprintf("The %s of the %s cannot %s: %s is %d", word(), word(), word(), word(), random.IntN(1000))
	case n < 60:
		return fmt.Sprintf("%016x", random.Uint64())
	default:
		return word() + " " + word() + " " + word()
	}
}
