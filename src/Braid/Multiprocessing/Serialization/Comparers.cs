namespace Braid.Multiprocessing;

/// <summary>The comparers that collections travel with: a byte for the common ones, and any other as the object that it is.</summary>
internal static class Comparers
{
    private enum Mark : byte
    {
        Default,
        Ordinal,
        OrdinalIgnoreCase,
        Other,
    }

    /// <summary>Writes a comparer of the kind of <typeparamref name="TComparer"/>: <see cref="IEqualityComparer{T}"/> or <see cref="IComparer{T}"/>.</summary>
    public static void Write<TComparer>(PayloadWriter writer, TComparer? comparer)
        where TComparer : class
    {
        Mark mark = comparer is null || comparer.Equals(Kind<TComparer>.Default) ? Mark.Default
            : ReferenceEquals(comparer, StringComparer.Ordinal) ? Mark.Ordinal
            : ReferenceEquals(comparer, StringComparer.OrdinalIgnoreCase) ? Mark.OrdinalIgnoreCase
            : Mark.Other;
        writer.WriteByte((byte)mark);
        if (mark == Mark.Other)
        {
            try
            {
                PayloadCodec<TComparer>.Instance.Write(writer, comparer!);
            }
            catch (PayloadException exception) when (exception.Under("its comparer"))
            {
                throw new UnreachableException();
            }
        }
    }

    /// <summary>The comparer; null for the default one.</summary>
    public static TComparer? Read<TComparer>(ref PayloadReader reader)
        where TComparer : class
    {
        byte mark = reader.ReadByte();
        return (Mark)mark switch
        {
            Mark.Default => null,
            Mark.Ordinal => Fitting<TComparer>(StringComparer.Ordinal),
            Mark.OrdinalIgnoreCase => Fitting<TComparer>(StringComparer.OrdinalIgnoreCase),
            Mark.Other => PayloadCodec<TComparer>.Instance.Read(ref reader),
            _ => throw PayloadException.Damaged($"no comparer is written as {mark}"),
        };
    }

    private static TComparer Fitting<TComparer>(object comparer)
        where TComparer : class => comparer as TComparer ?? throw PayloadException.Damaged($"a {TypeText.Of(comparer.GetType())} is no {TypeText.Of(typeof(TComparer))}");

    private static class Kind<TComparer>
    {
        /// <summary>What .NET compares by when nothing else was given; null for comparers of no certain type.</summary>
        public static readonly object? Default = !typeof(TComparer).IsGenericType ? null
            : (typeof(TComparer).GetGenericTypeDefinition() == typeof(IComparer<>) ? typeof(Comparer<>) : typeof(EqualityComparer<>))
                .MakeGenericType(typeof(TComparer).GetGenericArguments()).GetProperty("Default")!.GetValue(null);
    }
}
