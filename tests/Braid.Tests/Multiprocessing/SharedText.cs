using Braid.Multiprocessing;

namespace Braid.Tests;

/// <summary>A text that one process writes and another reads.</summary>
internal static class SharedText
{
    public static RawArray<char> New() => new(4096);

    public static void Tell(this RawArray<char> place, string text) => text.CopyTo(place.Span);

    public static string Text(this RawArray<char> place) => new string(place.Span).TrimEnd('\0');
}
