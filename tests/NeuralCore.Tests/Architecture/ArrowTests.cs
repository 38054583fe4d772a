using System.Xml.Linq;
using Xunit;

namespace NeuralCore.Tests.Architecture;

/// <summary>
/// Arrows point one way: Tensors, Simd, Kernels, Graph, Ops, Layers, Training, Eager, Models, then Explaining and Checking, each on those before it. Data, Randomness and
/// Threading stand beside Tensors. Projects around the engine know the engine, and each other only as <see cref="Neighbours"/> says.
/// </summary>
public sealed class ArrowTests
{
    private const string Engine = "src/NeuralCore";

    /// <summary>Each room of the engine and the rooms it may know.</summary>
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Tensors"] = [],
        ["Threading"] = [],
        ["Randomness"] = [],
        ["Data"] = ["Tensors", "Randomness"],
        ["Simd"] = ["Tensors"],
        ["Kernels"] = ["Tensors", "Simd"],
        ["Graph"] = ["Tensors", "Randomness", "Simd"],
        ["Ops"] = ["Tensors", "Threading", "Randomness", "Simd", "Kernels", "Graph"],
        ["Layers"] = ["Tensors", "Graph", "Ops"],
        ["Training"] = ["Tensors", "Threading", "Randomness", "Data", "Simd", "Graph", "Ops"],
        ["Eager"] = ["Tensors", "Randomness", "Graph", "Ops", "Layers", "Training"],
        ["Models"] = ["Tensors", "Data", "Graph", "Ops", "Layers", "Training", "Eager"],
        ["Explaining"] = ["Tensors", "Randomness", "Data", "Graph", "Ops", "Training", "Models"],
        ["Checking"] = ["Tensors", "Graph", "Ops", "Training", "Models"],
    };

    /// <summary>The projects beside the engine that may know others than the engine.</summary>
    private static readonly Dictionary<string, string[]> Neighbours = new()
    {
        ["NeuralCore.Imaging"] = ["NeuralCore.Vision"],
        ["NeuralCore.Web"] = ["NeuralCore.Files", "NeuralCore.Vision"],
        ["NeuralCore.Capstone"] = ["NeuralCore.Files"],
    };

    [SkippableFact]
    public void Every_file_of_the_engine_lies_in_a_room_that_the_design_knows()
    {
        foreach (string file in SourceTree.CSharpFiles(Engine))
        {
            string space = $"namespace NeuralCore.{Room(file)};", text = File.ReadAllText(file);
            Assert.True(Arrows.ContainsKey(Room(file)), $"{file} is in no room that the design knows.");
            Assert.True(text.Contains(space, StringComparison.Ordinal) || text.Contains("namespace NeuralCore;", StringComparison.Ordinal), $"{file} is in another namespace than its folder's and NeuralCore.");
        }
    }

    /// <summary>A room knows what its code names or calls, wherever that is declared: public types share a namespace, so usings do not tell.</summary>
    [SkippableFact]
    public void Arrows_between_rooms_point_one_way()
    {
        var uses = new SourceUses(SourceTree.CSharpFiles(Engine));
        var arrows = new HashSet<(string From, string To)>();
        foreach ((string file, string type, string declaredIn) in uses.All())
        {
            (string from, string to) = (Room(file), Room(declaredIn));
            if (from != to)
            {
                arrows.Add((from, to));
                Assert.True(Arrows[from].Contains(to), $"{file} knows {type} of {to}, which {from} must not.");
            }
        }

        Assert.True(arrows.Count >= 10, "The sources were not understood.");
        RequireNoCycle(arrows);
    }

    [Fact]
    public void A_cycle_of_rooms_is_found() =>
        Assert.Throws<Xunit.Sdk.TrueException>(() => RequireNoCycle([("A", "B"), ("B", "C"), ("C", "A")]));

    [SkippableFact]
    public void The_engine_takes_nothing_but_the_tensor_primitives()
    {
        XDocument project = XDocument.Load(Path.Combine(SourceTree.Root(), Engine, "NeuralCore.csproj"));
        Assert.Equal(["System.Numerics.Tensors"], References(project, "PackageReference"));
        Assert.Empty(References(project, "ProjectReference"));
    }

    [SkippableFact]
    public void Vision_takes_no_package() =>
        Assert.Empty(References(XDocument.Load(Path.Combine(SourceTree.Root(), "src/NeuralCore.Vision/NeuralCore.Vision.csproj")), "PackageReference"));

    [Fact]
    public void The_built_engine_refers_to_the_runtime_alone()
    {
        Assert.All(
            typeof(Sequential).Assembly.GetReferencedAssemblies(),
            reference => Assert.StartsWith("System.", reference.Name, StringComparison.Ordinal));
    }

    [SkippableFact]
    public void Projects_around_the_engine_hardly_know_each_other()
    {
        foreach (string path in SourceTree.Projects("src"))
        {
            string name = Path.GetFileNameWithoutExtension(path);
            // The page takes a project of the user's, whose name the command line gives.
            string[] known = [.. References(XDocument.Load(path), "ProjectReference").Where(reference => !reference.Contains("$(OwnParts)", StringComparison.Ordinal)).Select(Name)];
            Assert.DoesNotContain(known, other => other is "NeuralCore.Trainer" || other.Contains("Tests", StringComparison.Ordinal) || other.Contains("Benchmarks", StringComparison.Ordinal));
            if (name is not ("NeuralCore" or "NeuralCore.Trainer"))
            {
                string[] allowed = ["NeuralCore", .. Neighbours.GetValueOrDefault(name, [])];
                Assert.All(known, other => Assert.Contains(other, allowed));
            }
        }

        static string Name(string reference) => Path.GetFileNameWithoutExtension(reference.Replace('\\', '/'));
    }

    [SkippableFact]
    public void No_file_is_too_long_to_read_at_one_go()
    {
        foreach (string file in SourceTree.CSharpFiles("src").Concat(SourceTree.CSharpFiles("tests")).Concat(SourceTree.CSharpFiles("benchmarks")))
        {
            int lines = File.ReadLines(file).Count();
            Assert.True(lines <= 400, $"{file} has {lines} lines, and 400 are enough.");
        }
    }

    private static string Room(string file) =>
        Path.GetRelativePath(Path.Combine(SourceTree.Root(), Engine), file).Split(Path.DirectorySeparatorChar)[0];

    /// <summary>Takes away rooms that know no other, until there are none left.</summary>
    private static void RequireNoCycle(HashSet<(string From, string To)> arrows)
    {
        var left = arrows.ToList();
        while (left.RemoveAll(arrow => !left.Exists(other => other.From == arrow.To)) > 0)
        {
        }

        Assert.True(left.Count == 0, $"Rooms know each other in a circle: {string.Join(", ", left.Select(arrow => $"{arrow.From} -> {arrow.To}"))}.");
    }

    private static IEnumerable<string> References(XDocument project, string kind) =>
        project.Descendants(kind).Select(element => element.Attribute("Include")!.Value);
}
