using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using NeuralCore.Tests;
using Xunit;

namespace NeuralCore.UserTests;

/// <summary>The program of the README, as it is pasted into a new console project.</summary>
public sealed partial class ReadmeTests
{
    /// <summary>What the SDK writes for a console project with implicit usings.</summary>
    private const string ImplicitUsings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;
        global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;
        """;

    [Fact]
    public void The_sample_compiles_as_it_stands() => Compile(Sample());

    [Fact]
    public void The_sample_needs_one_using() => Assert.Equal(["using NeuralCore;"], Sample().Split('\n').Where(line => line.StartsWith("using ", StringComparison.Ordinal) && line.TrimEnd().EndsWith(';') && !line.Contains('=')));

    [Fact]
    public void The_sample_trains_tests_and_saves()
    {
        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.Path, "digits.onnx");

        // The same program in less time: 600 images once, and its file in a folder that disappears.
        string program = Replaced(Replaced(Replaced(Sample(), "epochs: 10", "epochs: 1"), "validationSplit: 0.3", "validationSplit: 0.99"), "\"digits.onnx\"", $"@\"{file}\"");
        TextWriter console = Console.Out;
        var output = new StringWriter();
        try
        {
            Console.SetOut(output);
            MethodInfo main = Assembly.Load(Compile(program)).EntryPoint!;
            main.Invoke(null, main.GetParameters().Length == 0 ? [] : [Array.Empty<string>()]);
        }
        finally
        {
            Console.SetOut(console);
        }

        Assert.True(new FileInfo(file).Length > 1_000_000);
        Assert.Contains("Epoch 1/1", output.ToString());
        Assert.Contains("Accuracy", output.ToString());
    }

    private static string Replaced(string text, string from, string to)
    {
        Assert.Contains(from, text);
        return text.Replace(from, to);
    }

    private static string Sample() => CodeBlock().Match(Embedded.Text("README.md")).Groups[1].Value;

    private static byte[] Compile(string program)
    {
        var options = new CSharpParseOptions(LanguageVersion.Latest);
        IEnumerable<MetadataReference> references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create(
            "sample", [CSharpSyntaxTree.ParseText(program, options), CSharpSyntaxTree.ParseText(ImplicitUsings, options)], references,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        using var assembly = new MemoryStream();
        Assert.Empty(compilation.Emit(assembly).Diagnostics.Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning));
        return assembly.ToArray();
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
