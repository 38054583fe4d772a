using System.Reflection;
using System.Runtime.CompilerServices;
using Xunit;

namespace NeuralCore.Tests;

/// <summary>How many parameters methods have: more than eight are hard to call right, and belong into a struct of sizes or of places.</summary>
internal static class Signatures
{
    private const int Most = 8;

    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    /// <summary>Requires that no method has more, but for those that are known: then no new one comes in, and one that is cured leaves the list.</summary>
    /// <param name="assembly">Whose methods.</param>
    /// <param name="known">Names as <c>Type.Method</c>.</param>
    public static void RequireFewParameters(Assembly assembly, IReadOnlyCollection<string> known)
    {
        string[] over =
        [
            .. (from type in assembly.GetTypes()
                where !IsGenerated(type) && !IsRecord(type)
                from method in type.GetMethods(All).Concat<MethodBase>(type.GetConstructors(All))
                where method.GetParameters().Length > Most && !IsGenerated(method) && method.Name[0] != '<'
                select $"{NameOf(type)}.{(method.IsConstructor ? "new" : method.Name.Split('.')[^1])}").Distinct().Order(StringComparer.Ordinal),
        ];
        Assert.True(!over.Except(known).Any(), $"More than {Most} parameters: {string.Join(", ", over.Except(known))}.");
        Assert.True(!known.Except(over).Any(), $"Listed, though they have at most {Most} parameters: {string.Join(", ", known.Except(over))}.");
    }

    private static string NameOf(Type type) => type.Name.Split('`')[0];

    private static bool IsGenerated(MemberInfo member) => member.IsDefined(typeof(CompilerGeneratedAttribute)) || member.Name.Contains("<>", StringComparison.Ordinal);

    /// <summary>The parameters of a record are its data, each with a name.</summary>
    private static bool IsRecord(Type type) => type.GetMethod("PrintMembers", All) is not null;
}
