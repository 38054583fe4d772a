using System.CommandLine;

namespace NeuralCore.Trainer.Commands;

/// <summary>A command line as one types it.</summary>
internal static class CommandText
{
    /// <summary>The program's name and all arguments, those with other characters than file names have in quotation marks.</summary>
    public static string Of(ParseResult line) => string.Join(' ', line.Tokens.Select(token => token.Value).Prepend(App.Name).Select(Quoted));

    private static string Quoted(string word) =>
        word.Length > 0 && word.All(c => char.IsLetterOrDigit(c) || "-_./\\:,=+~@%".Contains(c)) ? word : $"'{word.Replace("'", "'\\''")}'";
}
