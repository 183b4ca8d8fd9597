namespace Braid.Multiprocessing;

/// <summary>The comparers that a collection may travel with: those that are the same in every process.</summary>
internal static class Comparers
{
    private enum Mark : byte
    {
        Default,
        Ordinal,
        OrdinalIgnoreCase,
    }

    public static void Write<T>(PayloadWriter writer, object comparer, Type collection) => writer.WriteByte((byte)MarkOf<T>(comparer, collection));

    /// <summary>The comparer; null for the default one.</summary>
    public static StringComparer? Read(ref PayloadReader reader)
    {
        byte mark = reader.ReadByte();
        return (Mark)mark switch
        {
            Mark.Default => null,
            Mark.Ordinal => StringComparer.Ordinal,
            Mark.OrdinalIgnoreCase => StringComparer.OrdinalIgnoreCase,
            _ => throw PayloadException.Damaged($"no comparer is written as {mark}"),
        };
    }

    private static Mark MarkOf<T>(object comparer, Type collection) =>
        comparer.Equals(EqualityComparer<T>.Default) || comparer.Equals(Comparer<T>.Default) ? Mark.Default
        : comparer.Equals(StringComparer.Ordinal) ? Mark.Ordinal
        : comparer.Equals(StringComparer.OrdinalIgnoreCase) ? Mark.OrdinalIgnoreCase
        : throw PayloadException.CannotTravel(collection,
            $"it compares by a {TypeText.Of(comparer.GetType())}, which may judge otherwise over there. Use the default comparer, StringComparer.Ordinal or StringComparer.OrdinalIgnoreCase.");
}
