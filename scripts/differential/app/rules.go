package main

import (
	"time"

	"github.com/brio-go/brio"
)

// Texts has a member for each rule of texts.
type Texts struct {
	T0   string `json:"t0,omitempty" validate:"min=2"`
	T1   string `json:"t1,omitempty" validate:"max=3"`
	T2   string `json:"t2,omitempty" validate:"gt=1"`
	T3   string `json:"t3,omitempty" validate:"gte=2"`
	T4   string `json:"t4,omitempty" validate:"lt=4"`
	T5   string `json:"t5,omitempty" validate:"lte=3"`
	T6   string `json:"t6,omitempty" validate:"len=2"`
	T7   string `json:"t7,omitempty" validate:"eq=a"`
	T8   string `json:"t8,omitempty" validate:"ne=a"`
	T9   string `json:"t9,omitempty" validate:"oneof=a b"`
	T10  string `json:"t10,omitempty" validate:"noneof=a b"`
	T11  string `json:"t11,omitempty" validate:"oneofci=A B"`
	T12  string `json:"t12,omitempty" validate:"noneofci=A B"`
	T13  string `json:"t13,omitempty" validate:"eq_ignore_case=A"`
	T14  string `json:"t14,omitempty" validate:"ne_ignore_case=A"`
	T15  string `json:"t15,omitempty" validate:"isdefault"`
	T16  string `json:"t16,omitempty" validate:"contains=ob"`
	T17  string `json:"t17,omitempty" validate:"containsany=xyz-^]"`
	T18  string `json:"t18,omitempty" validate:"containsrune=é"`
	T19  string `json:"t19,omitempty" validate:"excludes=ob"`
	T20  string `json:"t20,omitempty" validate:"excludesall=abc"`
	T21  string `json:"t21,omitempty" validate:"excludesrune=é"`
	T22  string `json:"t22,omitempty" validate:"startswith=fo"`
	T23  string `json:"t23,omitempty" validate:"startsnotwith=fo"`
	T24  string `json:"t24,omitempty" validate:"endswith=ar"`
	T25  string `json:"t25,omitempty" validate:"endsnotwith=ar"`
	T26  string `json:"t26,omitempty" validate:"lowercase"`
	T27  string `json:"t27,omitempty" validate:"uppercase"`
	T28  string `json:"t28,omitempty" validate:"alpha"`
	T29  string `json:"t29,omitempty" validate:"alphaspace"`
	T30  string `json:"t30,omitempty" validate:"alphanum"`
	T31  string `json:"t31,omitempty" validate:"alphanumspace"`
	T32  string `json:"t32,omitempty" validate:"alphaunicode"`
	T33  string `json:"t33,omitempty" validate:"alphanumunicode"`
	T34  string `json:"t34,omitempty" validate:"ascii"`
	T35  string `json:"t35,omitempty" validate:"printascii"`
	T36  string `json:"t36,omitempty" validate:"multibyte"`
	T37  string `json:"t37,omitempty" validate:"numeric"`
	T38  string `json:"t38,omitempty" validate:"number"`
	T39  string `json:"t39,omitempty" validate:"hexadecimal"`
	T40  string `json:"t40,omitempty" validate:"json"`
	T41  string `json:"t41,omitempty" validate:"boolean"`
	T42  string `json:"t42,omitempty" validate:"latitude"`
	T43  string `json:"t43,omitempty" validate:"longitude"`
	T44  string `json:"t44,omitempty" validate:"datetime=2006-01-02"`
	T45  string `json:"t45,omitempty" validate:"timezone"`
	T46  string `json:"t46,omitempty" validate:"email"`
	T47  string `json:"t47,omitempty" validate:"url"`
	T48  string `json:"t48,omitempty" validate:"uri"`
	T49  string `json:"t49,omitempty" validate:"http_url"`
	T50  string `json:"t50,omitempty" validate:"https_url"`
	T51  string `json:"t51,omitempty" validate:"datauri"`
	T52  string `json:"t52,omitempty" validate:"html"`
	T53  string `json:"t53,omitempty" validate:"base32"`
	T54  string `json:"t54,omitempty" validate:"base64"`
	T55  string `json:"t55,omitempty" validate:"base64url"`
	T56  string `json:"t56,omitempty" validate:"base64rawurl"`
	T57  string `json:"t57,omitempty" validate:"jwt"`
	T58  string `json:"t58,omitempty" validate:"ipv4"`
	T59  string `json:"t59,omitempty" validate:"ipv6"`
	T60  string `json:"t60,omitempty" validate:"ip"`
	T61  string `json:"t61,omitempty" validate:"cidrv4"`
	T62  string `json:"t62,omitempty" validate:"cidrv6"`
	T63  string `json:"t63,omitempty" validate:"cidr"`
	T64  string `json:"t64,omitempty" validate:"mac"`
	T65  string `json:"t65,omitempty" validate:"hostname"`
	T66  string `json:"t66,omitempty" validate:"hostname_rfc1123"`
	T67  string `json:"t67,omitempty" validate:"fqdn"`
	T68  string `json:"t68,omitempty" validate:"hostname_label"`
	T69  string `json:"t69,omitempty" validate:"hostname_port"`
	T70  string `json:"t70,omitempty" validate:"uuid"`
	T71  string `json:"t71,omitempty" validate:"uuid_rfc4122"`
	T72  string `json:"t72,omitempty" validate:"uuid3"`
	T73  string `json:"t73,omitempty" validate:"uuid4"`
	T74  string `json:"t74,omitempty" validate:"uuid5"`
	T75  string `json:"t75,omitempty" validate:"uuid7"`
	T76  string `json:"t76,omitempty" validate:"ulid"`
	T77  string `json:"t77,omitempty" validate:"md4"`
	T78  string `json:"t78,omitempty" validate:"md5"`
	T79  string `json:"t79,omitempty" validate:"sha256"`
	T80  string `json:"t80,omitempty" validate:"sha512"`
	T81  string `json:"t81,omitempty" validate:"hexcolor"`
	T82  string `json:"t82,omitempty" validate:"iscolor"`
	T83  string `json:"t83,omitempty" validate:"rgb"`
	T84  string `json:"t84,omitempty" validate:"rgba"`
	T85  string `json:"t85,omitempty" validate:"hsl"`
	T86  string `json:"t86,omitempty" validate:"country_code"`
	T87  string `json:"t87,omitempty" validate:"iso3166_1_alpha2"`
	T88  string `json:"t88,omitempty" validate:"iso3166_1_alpha3"`
	T89  string `json:"t89,omitempty" validate:"iso3166_1_alpha_numeric"`
	T90  string `json:"t90,omitempty" validate:"iso3166_2"`
	T91  string `json:"t91,omitempty" validate:"iso4217"`
	T92  string `json:"t92,omitempty" validate:"bcp47_language_tag"`
	T93  string `json:"t93,omitempty" validate:"postcode_iso3166_alpha2=DE"`
	T94  string `json:"t94,omitempty" validate:"e164"`
	T95  string `json:"t95,omitempty" validate:"ein"`
	T96  string `json:"t96,omitempty" validate:"ssn"`
	T97  string `json:"t97,omitempty" validate:"isbn"`
	T98  string `json:"t98,omitempty" validate:"isbn10"`
	T99  string `json:"t99,omitempty" validate:"isbn13"`
	T100 string `json:"t100,omitempty" validate:"bic"`
	T101 string `json:"t101,omitempty" validate:"credit_card"`
	T102 string `json:"t102,omitempty" validate:"luhn_checksum"`
	T103 string `json:"t103,omitempty" validate:"eth_addr"`
	T104 string `json:"t104,omitempty" validate:"btc_addr"`
	T105 string `json:"t105,omitempty" validate:"semver"`
	T106 string `json:"t106,omitempty" validate:"cve"`
	T107 string `json:"t107,omitempty" validate:"cron"`
	T108 string `json:"t108,omitempty" validate:"mongodb"`
	T109 string `json:"t109,omitempty" validate:"even"`
	T110 string `json:"t110,omitempty" validate:"alpha|numeric"`
	T111 string `json:"t111,omitempty" validate:"len=1|len=3"`
	T112 string `json:"t112,omitempty" validate:"min=2,alpha,contains=b"`
	T113 string `json:"t113,omitempty" validate:"omitempty,email|len=0"`
}

// Numbers has a member for each rule of numbers, in each kind of number.
type Numbers struct {
	N0  int     `json:"n0,omitempty" validate:"min=2"`
	N1  uint8   `json:"n1,omitempty" validate:"min=2"`
	N2  int64   `json:"n2,omitempty" validate:"min=2"`
	N3  float64 `json:"n3,omitempty" validate:"min=2"`
	N4  float32 `json:"n4,omitempty" validate:"min=2"`
	N5  int     `json:"n5,omitempty" validate:"max=2"`
	N6  uint8   `json:"n6,omitempty" validate:"max=2"`
	N7  int64   `json:"n7,omitempty" validate:"max=2"`
	N8  float64 `json:"n8,omitempty" validate:"max=2"`
	N9  float32 `json:"n9,omitempty" validate:"max=2"`
	N10 int     `json:"n10,omitempty" validate:"gt=1"`
	N11 uint8   `json:"n11,omitempty" validate:"gt=1"`
	N12 int64   `json:"n12,omitempty" validate:"gt=1"`
	N13 float64 `json:"n13,omitempty" validate:"gt=1"`
	N14 float32 `json:"n14,omitempty" validate:"gt=1"`
	N15 int     `json:"n15,omitempty" validate:"lt=2"`
	N16 uint8   `json:"n16,omitempty" validate:"lt=2"`
	N17 int64   `json:"n17,omitempty" validate:"lt=2"`
	N18 float64 `json:"n18,omitempty" validate:"lt=2"`
	N19 float32 `json:"n19,omitempty" validate:"lt=2"`
	N20 int     `json:"n20,omitempty" validate:"gte=1,lte=10"`
	N21 uint8   `json:"n21,omitempty" validate:"gte=1,lte=10"`
	N22 int64   `json:"n22,omitempty" validate:"gte=1,lte=10"`
	N23 float64 `json:"n23,omitempty" validate:"gte=1,lte=10"`
	N24 float32 `json:"n24,omitempty" validate:"gte=1,lte=10"`
	N25 int     `json:"n25,omitempty" validate:"eq=1"`
	N26 uint8   `json:"n26,omitempty" validate:"eq=1"`
	N27 int64   `json:"n27,omitempty" validate:"eq=1"`
	N28 float64 `json:"n28,omitempty" validate:"eq=1"`
	N29 float32 `json:"n29,omitempty" validate:"eq=1"`
	N30 int     `json:"n30,omitempty" validate:"ne=1"`
	N31 uint8   `json:"n31,omitempty" validate:"ne=1"`
	N32 int64   `json:"n32,omitempty" validate:"ne=1"`
	N33 float64 `json:"n33,omitempty" validate:"ne=1"`
	N34 float32 `json:"n34,omitempty" validate:"ne=1"`
	N35 int     `json:"n35,omitempty" validate:"noneof=1 2"`
	N36 uint8   `json:"n36,omitempty" validate:"noneof=1 2"`
	N37 int64   `json:"n37,omitempty" validate:"noneof=1 2"`
	N38 int     `json:"n38,omitempty" validate:"oneof=1 2"`
	N39 uint8   `json:"n39,omitempty" validate:"oneof=1 2"`
	N40 int64   `json:"n40,omitempty" validate:"oneof=1 2"`
	N41 int     `json:"n41,omitempty" validate:"len=3"`
	N42 uint8   `json:"n42,omitempty" validate:"len=3"`
	N43 int64   `json:"n43,omitempty" validate:"len=3"`
	N44 float64 `json:"n44,omitempty" validate:"len=3"`
	N45 float32 `json:"n45,omitempty" validate:"len=3"`
	N46 int     `json:"n46,omitempty" validate:"port"`
	N47 uint8   `json:"n47,omitempty" validate:"port"`
	N48 int64   `json:"n48,omitempty" validate:"port"`
}

// Lists has a member for rules of lists, maps and what points to them.
type Lists struct {
	L0  []int                 `json:"l0,omitempty" validate:"min=2"`
	L1  []int                 `json:"l1,omitempty" validate:"max=2"`
	L2  []int                 `json:"l2,omitempty" validate:"len=2"`
	L3  []int                 `json:"l3,omitempty" validate:"unique"`
	L4  []int                 `json:"l4,omitempty" validate:"dive,min=2"`
	L5  []int                 `json:"l5,omitempty" validate:"min=1,dive,max=2"`
	L6  []string              `json:"l6,omitempty" validate:"unique,dive,alpha,min=2"`
	L7  []string              `json:"l7,omitempty" validate:"dive,oneof=a b"`
	L8  []*int                `json:"l8,omitempty" validate:"dive,min=2"`
	L9  [][]int               `json:"l9,omitempty" validate:"dive,dive,min=1"`
	L10 [][]int               `json:"l10,omitempty" validate:"dive,min=1"`
	L11 [2]int                `json:"l11,omitempty" validate:"dive,min=2"`
	L12 map[string]int        `json:"l12,omitempty" validate:"min=1"`
	L13 map[string]int        `json:"l13,omitempty" validate:"max=1"`
	L14 map[string]int        `json:"l14,omitempty" validate:"dive,min=2"`
	L15 map[string]int        `json:"l15,omitempty" validate:"dive,keys,min=2,endkeys,min=1"`
	L16 map[string][]int      `json:"l16,omitempty" validate:"dive,min=1,dive,max=2"`
	L17 []byte                `json:"l17,omitempty" validate:"min=3"`
	L18 []byte                `json:"l18,omitempty" validate:"max=2"`
	L19 *int                  `json:"l19,omitempty" validate:"min=2"`
	L20 *string               `json:"l20,omitempty" validate:"oneof=a b"`
	L21 *[]int                `json:"l21,omitempty" validate:"min=2"`
	L22 brio.Set[int]         `json:"l22,omitempty" validate:"min=2"`
	L23 brio.Set[int]         `json:"l23,omitempty" validate:"dive,min=2"`
	L24 brio.Optional[int]    `json:"l24,omitempty" validate:"min=2"`
	L25 brio.Optional[string] `json:"l25,omitempty" validate:"email"`
	L26 time.Time             `json:"l26,omitempty" validate:"required"`
	L27 time.Duration         `json:"l27,omitempty" validate:"min=1m"`
	L28 []Cat                 `json:"l28,omitempty" validate:"unique=Lives"`
	L29 any                   `json:"l29,omitempty" validate:"omitempty"`
	L30 Cents                 `json:"l30,omitempty" validate:"gt=5"`
	L31 *Cents                `json:"l31,omitempty" validate:"lte=9"`
}
