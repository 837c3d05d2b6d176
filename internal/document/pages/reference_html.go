package pages

import "html/template"

var scriptedPage = template.Must(template.New("scripted").Parse(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}} - ReDoc</title>
<link rel="icon" href="{{.Icon.URL}}">
<link rel="stylesheet" href="{{.Style.URL}}">
</head>
<body class="scripted">
<redoc spec-url="{{.Document}}"></redoc>
<noscript>This page needs JavaScript. The document itself is <a href="{{.Document}}">{{.Document}}</a>.</noscript>
<script src="{{.Script.URL}}"{{with .Script.Integrity}} integrity="{{.}}" crossorigin="anonymous"{{end}}></script>
</body>
</html>
`))

var referencePage = template.Must(template.New("reference").Parse(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}} - ReDoc</title>
<link rel="icon" href="{{.Icon.URL}}">
<link rel="stylesheet" href="{{.Style.URL}}">
</head>
<body>
<nav aria-label="Contents">
<a class="title" href="#top">{{.Title}}</a>
{{range .Groups}}<h2><a href="#{{.ID}}">{{.Name}}</a></h2>
<ul>{{range .Operations}}<li{{if .Deprecated}} class="deprecated"{{end}}><a href="#{{.ID}}"><span class="method {{.Method}}">{{.Method}}</span> {{or .Summary .Path}}</a></li>{{end}}</ul>
{{end}}{{if .Schemas}}<h2><a href="#schemas">Schemas</a></h2>
<ul>{{range .Schemas}}<li><a href="#{{.ID}}">{{.Name}}</a></li>{{end}}</ul>
{{end}}</nav>
<main id="top">
<header>
<h1>{{.Title}} <span class="version">{{.Info.Version}}</span></h1>
{{with .Info.Summary}}<p>{{.}}</p>{{end}}{{.Description}}
<p class="links"><a href="{{.Document}}">OpenAPI document</a>
{{- with .Info.Contact}}{{if .URL}} · <a href="{{.URL}}" rel="noreferrer">{{or .Name "Contact"}}</a>{{else if .Email}} · <a href="mailto:{{.Email}}">{{or .Name .Email}}</a>{{end}}{{end}}
{{- with .Info.License}} · Licence: {{if .URL}}<a href="{{.URL}}" rel="noreferrer">{{.Name}}</a>{{else}}{{or .Name .Identifier}}{{end}}{{end}}
{{- with .Info.TermsOfService}} · <a href="{{.}}" rel="noreferrer">Terms of service</a>{{end}}</p>
{{with .Servers}}<h3>Servers</h3><ul>{{range .}}<li><code>{{.URL}}</code> {{.Description}}</li>{{end}}</ul>{{end}}
{{with .Schemes}}<h3>Authentication</h3><dl>{{range .}}<dt><code>{{.Name}}</code></dt><dd>{{.Kind}}{{.Description}}</dd>{{end}}</dl>{{end}}
</header>
{{range .Groups}}<section class="group" id="{{.ID}}">
<h2>{{.Name}}</h2>
{{.Description}}
{{range .Operations}}<article class="operation" id="{{.ID}}">
<h3{{if .Deprecated}} class="deprecated"{{end}}>{{or .Summary .Path}}</h3>
<p class="request"><span class="method {{.Method}}">{{.Method}}</span> <code>{{.Path}}</code>{{if .Deprecated}} <span class="note">deprecated</span>{{end}}</p>
{{.Description}}
{{with .Security}}<p class="security">Needs {{range $i, $s := .}}{{if $i}}, or {{end}}<strong>{{$s}}</strong>{{end}}.</p>{{end}}
{{with .Parameters}}<h4>Parameters</h4>{{template "rows" .}}{{end}}
{{with .Body}}<h4>Request body</h4>{{end}}{{.BodyDescription}}{{range .Body}}{{template "media" .}}{{end}}
<h4>Responses</h4>
{{range .Responses}}<div class="answer"><p class="status"><strong>{{.Status}}</strong></p>{{.Description}}{{range .Content}}{{template "media" .}}{{end}}{{with .Headers}}<h5>Headers</h5>{{template "rows" .}}{{end}}</div>
{{end}}</article>
{{end}}</section>
{{end}}{{if .Schemas}}<section id="schemas">
<h2>Schemas</h2>
{{range .Schemas}}<article class="schema" id="{{.ID}}"><h3>{{.Name}}</h3>{{with .Row}}<p class="type">{{.Type}}{{range .Notes}} <span class="note">{{.}}</span>{{end}}</p>{{.Description}}{{with .Members}}{{template "rows" .}}{{end}}{{end}}</article>
{{end}}</section>
{{end}}</main>
</body>
</html>
{{define "media"}}<p class="media"><code>{{.MediaType}}</code> {{.Row.Type}}{{range .Row.Notes}} <span class="note">{{.}}</span>{{end}}</p>{{.Row.Description}}{{with .Row.Members}}{{template "rows" .}}{{end}}{{end}}
{{define "rows"}}<table><tbody>
{{range .}}<tr{{if .Deprecated}} class="deprecated"{{end}}><th scope="row"><code>{{.Name}}</code>{{if .In}} <span class="in">{{.In}}</span>{{end}}{{if .Required}} <span class="required">required</span>{{end}}</th>
<td><span class="type">{{.Type}}</span>{{range .Notes}} <span class="note">{{.}}</span>{{end}}{{if .Deprecated}} <span class="note">deprecated</span>{{end}}{{.Description}}{{with .Members}}{{template "rows" .}}{{end}}</td></tr>
{{end}}</tbody></table>{{end}}`))
