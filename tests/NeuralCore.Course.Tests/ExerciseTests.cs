using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace NeuralCore.Course.Tests;

/// <summary>
/// Exercises fail with a sentence that says what to do; solutions pass. They are compiled here, since a build for each would take minutes;
/// one is also run as a reader runs it.
/// </summary>
public sealed class ExerciseTests
{
    private const string Usings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Threading; global using System.Threading.Tasks;";

    public static TheoryData<string> Exercises => [.. CourseFiles.NamesIn("exercises")];

    [Fact]
    public void Every_chapter_has_an_exercise_and_a_solution()
    {
        Assert.Equal(CourseFiles.Chapters, CourseFiles.NamesIn("exercises"));
        Assert.Equal(CourseFiles.Chapters, CourseFiles.NamesIn("solutions"));
    }

    [Theory]
    [MemberData(nameof(Exercises))]
    public void A_stub_fails_with_a_sentence_that_says_what_to_do(string name)
    {
        (int exitCode, string output) = Run($"exercises/{name}.cs");
        Assert.Equal(1, exitCode);
        Assert.Matches($@"^Exercise {int.Parse(name[..2])}: not written yet\. Write .+\.\n$", output);
    }

    [Theory]
    [MemberData(nameof(Exercises))]
    public void A_solution_passes(string name)
    {
        (int exitCode, string output) = Run($"solutions/{name}.cs");
        Assert.True(exitCode == 0, output);
        Assert.EndsWith("all checks hold.\n", output);
    }

    /// <summary>A solution is the exercise with the answer filled in: up to the stub they are the same but for the comment's first word and the path.</summary>
    [Theory]
    [MemberData(nameof(Exercises))]
    public void A_solution_answers_its_exercise(string name)
    {
        string exercise = CourseFiles.Read($"exercises/{name}.cs");
        string before = exercise[..exercise.IndexOf("throw new NotImplementedException();", StringComparison.Ordinal)].TrimEnd(' ', '=', '>');
        string solution = CourseFiles.Read($"solutions/{name}.cs").Replace("A solution of exercise", "Exercise", StringComparison.Ordinal)
            .Replace("course/solutions/", "course/exercises/", StringComparison.Ordinal);
        Assert.StartsWith(before, solution);
        Assert.DoesNotContain("NotImplementedException", solution);
    }

    [Fact]
    public void An_exercise_runs_by_the_command_that_it_names()
    {
        Finished run = CourseFiles.Run("exercises/01-neuron.cs");
        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("Exercise 1: not written yet.", run.Output);
    }

    private static (int ExitCode, string Output) Run(string relative)
    {
        CSharpParseOptions options = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Latest).WithFeatures([new("FileBasedProgram", "true")]);
        string[] references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Exercise" + Guid.NewGuid().ToString("N"),
            [CSharpSyntaxTree.ParseText(CourseFiles.Read(relative), options), CSharpSyntaxTree.ParseText(Usings, options)],
            references.Select(reference => MetadataReference.CreateFromFile(reference)),
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, optimizationLevel: OptimizationLevel.Release, nullableContextOptions: NullableContextOptions.Enable));
        using var image = new MemoryStream();
        Microsoft.CodeAnalysis.Emit.EmitResult result = compilation.Emit(image);
        Assert.True(result.Success, string.Join(Environment.NewLine, result.Diagnostics.Where(diagnostic => diagnostic.Severity > DiagnosticSeverity.Info)));
        Assert.DoesNotContain(result.Diagnostics, diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning);

        TextWriter console = Console.Out;
        using var output = new StringWriter();
        Console.SetOut(output);
        try
        {
            MethodInfo main = Assembly.Load(image.ToArray()).EntryPoint!;
            object? exitCode = main.Invoke(null, main.GetParameters().Length == 0 ? null : [Array.Empty<string>()]);
            return ((int)exitCode!, output.ToString().ReplaceLineEndings("\n"));
        }
        finally
        {
            Console.SetOut(console);
        }
    }
}
