namespace Braid.Multiprocessing;

/// <summary>Codec for data without references: its bytes as they are.</summary>
internal sealed class RawCodec<T> : PayloadCodec<T>
{
    public override void Write(PayloadWriter writer, T value) => writer.WriteRaw(value);

    public override T Read(ref PayloadReader reader) => reader.ReadRaw<T>();

    public override bool FormsRuns => true;

    public override void WriteRun(PayloadWriter writer, ReadOnlySpan<object> values) => writer.WriteUnboxed<T>(values);

    public override void ReadRun(ref PayloadReader reader, Span<object> values)
    {
        foreach (ref object value in values)
        {
            value = reader.ReadRaw<T>()!;
        }
    }
}

/// <summary>Codec for strings, including null.</summary>
internal sealed class StringCodec : PayloadCodec<string?>
{
    public override void Write(PayloadWriter writer, string? value) => writer.WriteString(value);

    public override string? Read(ref PayloadReader reader) => reader.ReadString();
}

/// <summary>Codec for nullable values that hold references; the others are raw.</summary>
internal sealed class NullableCodec<T> : PayloadCodec<T?>
    where T : struct
{
    public override void Write(PayloadWriter writer, T? value)
    {
        writer.WriteByte(value.HasValue ? (byte)1 : (byte)0);
        if (value.HasValue)
        {
            PayloadCodec<T>.Instance.Write(writer, value.GetValueOrDefault());
        }
    }

    public override T? Read(ref PayloadReader reader) => reader.ReadByte() switch
    {
        0 => null,
        1 => PayloadCodec<T>.Instance.Read(ref reader),
        byte other => throw PayloadException.Damaged($"a value is there or not, and {other} is neither"),
    };
}

/// <summary>Codec for the entries of dictionaries.</summary>
internal sealed class PairCodec<TKey, TValue> : PayloadCodec<KeyValuePair<TKey, TValue>>
{
    public override void Write(PayloadWriter writer, KeyValuePair<TKey, TValue> value)
    {
        PayloadCodec<TKey>.Instance.Write(writer, value.Key);
        PayloadCodec<TValue>.Instance.Write(writer, value.Value);
    }

    public override KeyValuePair<TKey, TValue> Read(ref PayloadReader reader)
    {
        TKey key = PayloadCodec<TKey>.Instance.Read(ref reader);
        return new(key, PayloadCodec<TValue>.Instance.Read(ref reader));
    }
}

/// <summary>Codec for tokens that can never be cancelled; any other belongs to its source.</summary>
internal sealed class CancellationTokenCodec : PayloadCodec<CancellationToken>
{
    public override void Write(PayloadWriter writer, CancellationToken value)
    {
        if (value.CanBeCanceled)
        {
            throw PayloadException.CannotTravel(
                typeof(CancellationToken),
                "its source is an object of this process, and cancelling it would not be noticed in the receiver. Pass a shared event, " +
                "or CancellationToken.None.");
        }

        writer.WriteByte(0);
    }

    public override CancellationToken Read(ref PayloadReader reader) =>
        reader.ReadByte() == 0 ? CancellationToken.None : throw PayloadException.Damaged("only the token that is never cancelled travels");
}

/// <summary>Codec for <see cref="Type"/> values: their names.</summary>
internal sealed class TypeCodec : ObjectCodec
{
    public static TypeCodec Instance { get; } = new();

    public override ReferenceKind Kind => ReferenceKind.Type;

    public override bool HasIdentity => false;

    public override void Write(PayloadWriter writer, object value) => writer.WriteName(TypeName.Of((Type)value));

    public override object Read(ref PayloadReader reader, int number) => reader.ReadType();
}

/// <summary>Codec for a value, or a string, where an object of another type is declared.</summary>
/// <remarks>
/// Numbers and strings, unless they have a converter, are marked by their <see cref="TypeCode"/> instead of the name of their type.
/// </remarks>
internal sealed class BoxedCodec : ObjectCodec
{
    // any thread; by type code, all instances are equal
    private static readonly BoxedCodec?[] s_marked = new BoxedCodec?[(int)TypeCode.String + 1];

    private readonly Type _type;
    private readonly PayloadCodec _value;
    private readonly string? _refusal;

    public BoxedCodec(Type type)
    {
        _type = type;
        _value = PayloadCodec.Of(type);
        _refusal = Refusals.ReasonFor(type);
        TypeCode code = type.IsEnum ? TypeCode.Object : Type.GetTypeCode(type);
        Kind = code is > TypeCode.DBNull and <= TypeCode.String && Converters.Find(type) is null
            ? (ReferenceKind)((int)ReferenceKind.Plain + (int)code)
            : ReferenceKind.Exact;
    }

    public override ReferenceKind Kind { get; }

    public override bool HasIdentity => false;

    /// <summary>Codec for values with such a marker; null if the marker denotes none.</summary>
    public static BoxedCodec? Marked(ReferenceKind kind)
    {
        int code = kind - ReferenceKind.Plain;
        return code < 0 || code >= s_marked.Length ? null : s_marked[code] ?? Make((TypeCode)code);
    }

    public override void ThrowIfRefused(object value)
    {
        if (_refusal is not null)
        {
            throw PayloadException.CannotTravel(_type, _refusal);
        }
    }

    /// <summary>Whether several in succession are written as a run.</summary>
    public bool FormsRuns => Kind != ReferenceKind.Exact && _value.FormsRuns;

    /// <summary>Whether the values are of the declared type.</summary>
    public bool IsOf(Type declared) => _type.IsAssignableTo(declared);

    public void WriteRun(PayloadWriter writer, ReadOnlySpan<object> values) => _value.WriteRun(writer, values);

    public void ReadRun(ref PayloadReader reader, Span<object> values) => _value.ReadRun(ref reader, values);

    public override void Write(PayloadWriter writer, object value) => _value.WriteBoxed(writer, value);

    public override object Read(ref PayloadReader reader, int number) =>
        _value.ReadBoxed(ref reader) ?? throw PayloadException.Damaged($"nothing came where a {TypeText.Of(_type)} was announced");

    private static BoxedCodec? Make(TypeCode code)
    {
        Type? type = typeof(object).Assembly.GetType($"System.{code}");
        return type is null || Of(type) is not BoxedCodec codec || codec.Kind - ReferenceKind.Plain != (int)code
            ? null
            : s_marked[(int)code] = codec;
    }
}

/// <summary>Codec for structs that travel as objects do.</summary>
internal sealed class UnboxedCodec<T>(ObjectCodec inner) : PayloadCodec<T>
{
    public override void Write(PayloadWriter writer, T value) => inner.Write(writer, value!);

    public override T Read(ref PayloadReader reader) => (T)inner.Read(ref reader, ObjectCodec.Unnumbered);
}
