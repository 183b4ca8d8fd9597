using System.Buffers;

namespace Braid.Cli;

/// <summary>Quotes words for a shell.</summary>
internal static class Quoted
{
    private static readonly SearchValues<char> s_special = SearchValues.Create(" *?!`$&|;<>()");

    public static string Argument(string word) => word.AsSpan().ContainsAny(s_special) ? $"\"{word}\"" : word;
}
