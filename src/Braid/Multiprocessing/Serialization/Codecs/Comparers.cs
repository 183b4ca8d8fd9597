using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>The comparers that travel with collections: one byte for the common ones, an object for any other.</summary>
internal static class Comparers
{
    private enum Mark : byte
    {
        Default,
        Ordinal,
        OrdinalIgnoreCase,
        Other,
    }

    /// <summary>
    /// Writes a comparer of the kind <typeparamref name="TComparer"/>: <see cref="IEqualityComparer{T}"/> or <see cref="IComparer{T}"/>.
    /// </summary>
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
            catch (PayloadException exception) when (exception.RecordStep("its comparer"))
            {
                throw new UnreachableException();
            }
        }
    }

    /// <summary>Reads a comparer; null for the default one.</summary>
    public static TComparer? Read<TComparer>(ref PayloadReader reader)
        where TComparer : class
    {
        byte mark = reader.ReadByte();
        return (Mark)mark switch
        {
            Mark.Default => null,
            Mark.Ordinal => Cast<TComparer>(StringComparer.Ordinal),
            Mark.OrdinalIgnoreCase => Cast<TComparer>(StringComparer.OrdinalIgnoreCase),
            Mark.Other => PayloadCodec<TComparer>.Instance.Read(ref reader),
            _ => throw PayloadException.Damaged($"no comparer is written as {mark}"),
        };
    }

    private static TComparer Cast<TComparer>(object comparer)
        where TComparer : class =>
            comparer as TComparer
                ?? throw PayloadException.Damaged($"a {TypeText.Of(comparer.GetType())} is no {TypeText.Of(typeof(TComparer))}");

    private static class Kind<TComparer>
    {
        /// <summary>.NET's default comparer; null if the comparer type is not generic.</summary>
        public static readonly object? Default = !typeof(TComparer).IsGenericType ? null
            : (typeof(TComparer).GetGenericTypeDefinition() == typeof(IComparer<>) ? typeof(Comparer<>) : typeof(EqualityComparer<>))
                .MakeGenericType(typeof(TComparer).GetGenericArguments()).GetProperty("Default")!.GetValue(null);
    }
}

/// <summary>The form of collections that are created in one step from a comparer and their elements.</summary>
internal readonly record struct Compared<TComparer, T>(TComparer? Comparer, T[] Items)
    where TComparer : class;

/// <summary>Codec for that form.</summary>
internal sealed class ComparedCodec<TComparer, T> : PayloadCodec<Compared<TComparer, T>>
    where TComparer : class
{
    public override void Write(PayloadWriter writer, Compared<TComparer, T> value)
    {
        Comparers.Write(writer, value.Comparer);
        writer.WriteVarint((ulong)value.Items.Length);
        Elements<T>.Write(writer, ref MemoryMarshal.GetArrayDataReference(value.Items), value.Items.Length);
    }

    public override Compared<TComparer, T> Read(ref PayloadReader reader)
    {
        TComparer? comparer = Comparers.Read<TComparer>(ref reader);
        return new(comparer, Elements<T>.ReadArray(ref reader));
    }
}

/// <summary>Codec for .NET's default comparers of a type: the type says it all.</summary>
/// <param name="type">The run-time type of the comparer.</param>
/// <param name="parent"><see cref="EqualityComparer{T}"/> or <see cref="Comparer{T}"/>, constructed: the one whose default it is.</param>
internal sealed class DefaultComparerCodec(Type type, Type parent) : ObjectCodec
{
    private readonly object _default = parent.GetProperty("Default", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;

    public static DefaultComparerCodec? For(Type type)
    {
        Type? parent = type;
        while (parent is not null
            && !(parent.IsConstructedGenericType && (parent.GetGenericTypeDefinition() == typeof(EqualityComparer<>)
                || parent.GetGenericTypeDefinition() == typeof(Comparer<>))))
        {
            parent = parent.BaseType;
        }

        return parent is null || !Origin.IsFramework(type) ? null : new DefaultComparerCodec(type, parent);
    }

    public override void Write(PayloadWriter writer, object value)
    {
        if (!value.Equals(_default))
        {
            throw PayloadException.CannotTravel(
                type, "it is a comparer made of a function. Make it a class of the program that implements the interface, which travels.");
        }

        writer.WriteByte(0);
    }

    public override object Read(ref PayloadReader reader, int number) =>
        reader.ReadByte() == 0 ? _default : throw PayloadException.Damaged("a default comparer has nothing to tell");
}

/// <summary>The form of a culture-aware string comparer.</summary>
internal sealed record CultureComparerForm(string Culture, CompareOptions Options, Guid Version)
{
    public static CultureComparerForm Of(StringComparer comparer) =>
        StringComparer.IsWellKnownCultureAwareComparer(comparer, out CompareInfo? info, out CompareOptions options)
            ? new(info.Name, options, info.Version.SortId)
        : throw PayloadException.CannotTravel(
            comparer.GetType(), "it compares in a way that no other process knows. Use one that StringComparer offers.");

    public StringComparer Make()
    {
        CompareInfo info = CompareInfo.GetCompareInfo(Culture);
        return info.Version.SortId != Version
            ? throw new PayloadException(
                $"Strings are compared by the rules of '{Culture}' here too, but of another version of them. Start both processes with " +
                "the same settings of globalization.")
            : Culture.Length == 0 && Options == CompareOptions.None ? StringComparer.InvariantCulture
            : Culture.Length == 0 && Options == CompareOptions.IgnoreCase ? StringComparer.InvariantCultureIgnoreCase
            : StringComparer.Create(CultureInfo.GetCultureInfo(Culture), Options);
    }
}
