#:project Support/NeuralCore.Course.csproj
#:project ../NeuralCore.Files/NeuralCore.Files.csproj
#:package Markdig
#:property PublishAot=false
using System.Net;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Markdig;
using NeuralCore.Course;

// The whole course and the API reference as one HTML file that opens without a network:
//     dotnet run -c Release --file src/course/book.cs
// writes artifacts/course.html, or the file that is named as an argument.
string output = Path.GetFullPath(args.Length > 0 ? args[0] : Repository.Locate("artifacts/course.html"));
string folder = Repository.Locate("src/course");
string[] pages = ["README.md", .. Directory.GetFiles(folder, "??-*.md").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal), "glossary.md", "papers.md"];
MarkdownPipeline markdown = new MarkdownPipelineBuilder().UsePipeTables().Build();

var navigation = new StringBuilder();
var body = new StringBuilder();
foreach (string page in pages)
{
    string text = File.ReadAllText(Path.Combine(folder, page));
    string title = text[2..text.IndexOf('\n')];
    navigation.Append($"<li><a href=\"#{Anchor(page)}\">{WebUtility.HtmlEncode(title)}</a></li>");
    body.Append($"<section id=\"{Anchor(page)}\">{WithLinks(WithFigures(Markdown.ToHtml(text, markdown)))}</section>\n");
}

(Assembly Assembly, string Name)[] libraries = [(typeof(NeuralCore.Model).Assembly, "NeuralCore"), (typeof(NeuralCore.Files.ModelFile).Assembly, "NeuralCore.Files")];
int types = 0;
foreach ((Assembly assembly, string name) in libraries)
{
    var reference = new ApiReference(assembly);
    types += reference.Types.Count;
    navigation.Append($"<li><a href=\"#{name}\">Reference: {name}</a></li>");
    body.Append($"<section id=\"{name}\" class=\"api\"><h1>Reference: {name}</h1>{reference.Html()}</section>\n");
}

Directory.CreateDirectory(Path.GetDirectoryName(output)!);
File.WriteAllText(
    output,
    $"""
    <!doctype html>
    <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
    <title>NeuralCore: the course</title>
    <style>{Book.Style}{Book.FigureStyle(folder)}</style></head>
    <body><nav><details open><summary>Contents</summary><ul>{navigation}</ul></details></nav><main>
    {body}</main></body></html>

    """.ReplaceLineEndings("\n"));
Console.WriteLine($"{pages.Length} pages and {types} types: {output}");
return 0;

static string Anchor(string page) => page == "README.md" ? "top" : Path.GetFileNameWithoutExtension(page);

string WithFigures(string html) => Book.Image().Replace(html, image =>
    $"<figure>{Book.StyleElement().Replace(File.ReadAllText(Path.Combine(folder, image.Groups["path"].Value)), "")}<figcaption>{image.Groups["alt"].Value}</figcaption></figure>");

// Links to pages stay in the file; links to sources lead to the clone in which the file was made.
string WithLinks(string html) => Book.Link().Replace(html, link =>
{
    string path = link.Groups["path"].Value;
    return path.StartsWith("http", StringComparison.Ordinal) || path.StartsWith('#') ? link.Value
        : pages.Contains(path) ? $"href=\"#{Anchor(path)}\""
        : $"href=\"{Path.GetRelativePath(Path.GetDirectoryName(output)!, Path.GetFullPath(Path.Combine(folder, path))).Replace('\\', '/')}\"";
});

/// <summary>What the page looks like.</summary>
internal static partial class Book
{
    public const string Style =
        ":root{color-scheme:light dark}section{scroll-margin-top:16px}"
        + "body{margin:0;font:16px/1.55 system-ui,sans-serif;color:#1c1e21;background:#fff}"
        + "main{max-width:860px;margin:0 auto;padding:0 16px 64px}main p,main li{max-width:760px}nav{padding:8px 16px;border-bottom:1px solid #d5d9df}nav ul{padding-left:20px;margin:8px 0}"
        + "a{color:#1f5fa8}h1{margin:56px 0 12px;font-size:1.7em;line-height:1.25}h2{margin:32px 0 8px;font-size:1.25em}h3{margin:28px 0 4px;font-size:1.05em}"
        + "pre{overflow-x:auto;padding:12px;background:#f3f5f7;border-radius:6px;font-size:.82em;line-height:1.45}code{font-family:ui-monospace,monospace;font-size:.92em}"
        + "pre code{font-size:1em}table{display:block;overflow-x:auto;border-collapse:collapse}td,th{padding:5px 12px 5px 0;text-align:left;border-bottom:1px solid #d5d9df;vertical-align:top}"
        + "figure{margin:20px 0}figure svg{width:100%;max-width:600px;height:auto;display:block}figcaption{font-size:.9em;color:#5f6670;margin-top:4px}"
        + ".api h3 code{font-size:1.05em}.api dt code{overflow-wrap:anywhere}.api dd{margin:0 0 8px 20px}.api p{margin:4px 0}h1,h2,h3,p,li{overflow-wrap:break-word}"
        + "@media(min-width:1080px){nav{position:fixed;top:0;bottom:0;left:0;width:250px;overflow-y:auto;border:0;border-right:1px solid #d5d9df;font-size:.9em}main{margin-left:max(298px,calc(50vw - 380px))}}"
        + "@media(max-width:480px){table{font-size:.88em}td,th{padding-right:8px}}"
        + "@media(prefers-color-scheme:dark){body{color:#e6e8eb;background:#16181b}a{color:#7db8f5}pre{background:#20242a}nav,td,th{border-color:#3a4048!important}figcaption{color:#a2a9b4}}";

    /// <summary>All figures have the same style: it is taken from one of them, once.</summary>
    public static string FigureStyle(string folder) =>
        StyleElement().Match(File.ReadAllText(Directory.GetFiles(Path.Combine(folder, "figures"), "*.svg")[0])).Groups[1].Value;

    [GeneratedRegex("<p><img src=\"(?<path>[^\"]+)\" alt=\"(?<alt>[^\"]*)\" /></p>")]
    public static partial Regex Image();

    [GeneratedRegex("href=\"(?<path>[^\"]+)\"")]
    public static partial Regex Link();

    [GeneratedRegex("<style>([^<]*)</style>\n?")]
    public static partial Regex StyleElement();
}

/// <summary>The docstrings of an assembly's public types and members.</summary>
internal sealed class ApiReference
{
    private const BindingFlags Visible = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private readonly Dictionary<string, XElement> _members;

    public ApiReference(Assembly assembly)
    {
        _members = XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member").ToDictionary(member => member.Attribute("name")!.Value);
        Types = [.. assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal)];
    }

    public IReadOnlyList<Type> Types { get; }

    public string Html()
    {
        var html = new StringBuilder();
        foreach (Type type in Types)
        {
            string id = type.FullName!.Replace('+', '.');
            html.Append($"<h3><code>{Encode(Name(type))}</code></h3>{Paragraph(_members.GetValueOrDefault("T:" + id))}");
            string[] entries = [.. Entries(type, id)];
            html.Append(entries.Length == 0 ? "" : $"<dl>{string.Concat(entries)}</dl>");
        }

        return html.ToString();
    }

    // A member of the docstrings' file is public if one of that name and number of parameters is.
    private IEnumerable<string> Entries(Type type, string id)
    {
        var visible = type.GetMembers(Visible).Where(IsPublic).Select(member => (member.Name.Replace('.', '#'), Parameters(member))).ToHashSet();
        foreach ((string key, XElement member) in _members.Where(pair => pair.Key[2..].StartsWith(id + ".", StringComparison.Ordinal)).OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            string rest = key[(id.Length + 3)..];
            int bracket = rest.IndexOf('(');
            string name = bracket < 0 ? rest : rest[..bracket], parameters = bracket < 0 ? "" : rest[(bracket + 1)..rest.LastIndexOf(')')];
            string bare = name.Split("``")[0];
            if (key[0] == 'T' || name.Contains('.') || !visible.Contains((bare, Split(parameters).Length)))
            {
                continue;
            }

            string shown = bare == "#ctor" ? type.Name.Split('`')[0] : bare;
            string list = key[0] == 'M' ? $"({string.Join(", ", Split(parameters).Select(Short))})" : "";
            string details = string.Concat(member.Elements("param").Select(param => $"<p><code>{Encode(param.Attribute("name")!.Value)}</code>: {Inner(param)}</p>"))
                + string.Concat(member.Elements("returns").Select(returns => $"<p>Returns: {Inner(returns)}</p>"))
                + string.Concat(member.Elements("exception").Select(error => $"<p><code>{Encode(Short(error.Attribute("cref")!.Value[2..]))}</code>: {Inner(error)}</p>"));
            yield return $"<dt><code>{Encode(shown + list)}</code></dt><dd>{Paragraph(member)}{details}</dd>";
        }
    }

    private static bool IsPublic(MemberInfo member) => member switch
    {
        MethodBase method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly,
        PropertyInfo property => property.GetAccessors(nonPublic: true).Any(IsPublic),
        FieldInfo field => field.IsPublic || field.IsFamily,
        EventInfo => true,
        _ => false,
    };

    private static int Parameters(MemberInfo member) => member switch
    {
        MethodBase method => method.GetParameters().Length,
        PropertyInfo property => property.GetIndexParameters().Length,
        _ => 0,
    };

    // Commas between braces belong to a generic parameter.
    private static string[] Split(string parameters)
    {
        List<string> parts = [];
        int depth = 0, start = 0;
        for (int i = 0; i <= parameters.Length; i++)
        {
            if (i == parameters.Length || (parameters[i] == ',' && depth == 0))
            {
                parts.Add(parameters[start..i]);
                start = i + 1;
            }
            else
            {
                depth += parameters[i] switch { '{' or '[' => 1, '}' or ']' => -1, _ => 0 };
            }
        }

        return parameters.Length == 0 ? [] : [.. parts];
    }

    private static string Short(string type) => Regex.Replace(Regex.Replace(type, @"[\w.]+\.(?=\w)", ""), @"`+\d", "T").Replace('{', '<').Replace('}', '>').TrimEnd('@');

    private static string Name(Type type) => (type.IsNested ? Name(type.DeclaringType!) + "." : "") + type.Name.Split('`')[0]
        + (type.IsGenericType ? $"<{string.Join(", ", type.GetGenericArguments().Select(argument => argument.Name))}>" : "");

    private static string Paragraph(XElement? member) => member is null ? ""
        : member.Element("inheritdoc") is not null ? "<p>As in the base type.</p>"
        : string.Concat(member.Elements().Where(element => element.Name.LocalName is "summary" or "remarks").Select(element => $"<p>{Inner(element)}</p>"));

    private static string Inner(XElement element) => string.Concat(element.Nodes().Select(node => node switch
    {
        XText text => Encode(text.Value),
        XElement { Name.LocalName: "code" } code => $"<pre>{Encode(code.Value.Trim('\n'))}</pre>",
        XElement { Name.LocalName: "para" or "item" } part => $"<p>{Inner(part)}</p>",
        XElement { Name.LocalName: "c" } code => $"<code>{Encode(code.Value)}</code>",
        XElement { IsEmpty: true } link when (link.Attribute("cref") ?? link.Attribute("name") ?? link.Attribute("langword")) is { } target =>
            $"<code>{Encode(Short(Regex.Replace(target.Value, @"^\w:|\(.*$", "")))}</code>",
        XElement other => Inner(other),
        _ => "",
    }));

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
