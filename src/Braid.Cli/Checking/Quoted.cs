using System.Buffers;

namespace Braid.Cli;

/// <summary>Words as a shell takes them.</summary>
internal static class Quoted
{
    private static readonly SearchValues<char> s_special = SearchValues.Create(" *?!`$&|;<>()");

    public static string Argument(string word) => word.AsSpan().ContainsAny(s_special) ? $"\"{word}\"" : word;
}
