using System.Buffers;

namespace Braid.Cli;

/// <summary>Quotes words for a shell.</summary>
internal static class Quoted
{
    private static readonly SearchValues<char> s_special = SearchValues.Create(" *?!`$&|;<>()#[]'\"\\");

    // The characters that a shell interprets even between double quotes.
    private static readonly SearchValues<char> s_active = SearchValues.Create("!`$\"\\");

    public static string Argument(string word) =>
        !word.AsSpan().ContainsAny(s_special) ? word
        : word.AsSpan().ContainsAny(s_active) ? $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'"
        : $"\"{word}\"";
}
