namespace Braid.Cli;

/// <summary>Words as a shell takes them.</summary>
internal static class Quoted
{
    public static string Argument(string word) => word.AsSpan().ContainsAny(" *?!`$&|;<>()") ? $"\"{word}\"" : word;
}
