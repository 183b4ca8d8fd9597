namespace Braid.Multiprocessing;

/// <summary>Codec for a value, or a string, that stands where an object of some other type is declared.</summary>
/// <remarks>Numbers and strings, unless they have a converter, are marked by their <see cref="TypeCode"/> instead of the name of their type.</remarks>
internal sealed class BoxedCodec : ObjectCodec
{
    private static readonly BoxedCodec?[] s_marked = new BoxedCodec?[(int)TypeCode.String + 1];      // any thread; by type code, all makings are equal

    private readonly Type _type;
    private readonly PayloadCodec _value;
    private readonly string? _refusal;

    public BoxedCodec(Type type)
    {
        _type = type;
        _value = PayloadCodec.Of(type);
        _refusal = Refusals.ReasonFor(type);
        TypeCode code = type.IsEnum ? TypeCode.Object : Type.GetTypeCode(type);
        Kind = code is > TypeCode.DBNull and <= TypeCode.String && Converters.Find(type) is null ? (ReferenceKind)((int)ReferenceKind.Plain + (int)code) : ReferenceKind.Exact;
    }

    public override ReferenceKind Kind { get; }

    public override bool HasIdentity => false;

    /// <summary>Codec for the values that are marked so; null if none are.</summary>
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

    public override void Write(PayloadWriter writer, object value) => _value.WriteBoxed(writer, value);

    public override object Read(ref PayloadReader reader, int number) => _value.ReadBoxed(ref reader) ?? throw PayloadException.Damaged($"nothing came where a {TypeText.Of(_type)} was announced");

    private static BoxedCodec? Make(TypeCode code)
    {
        Type? type = typeof(object).Assembly.GetType($"System.{code}");
        return type is null || Of(type) is not BoxedCodec codec || codec.Kind - ReferenceKind.Plain != (int)code ? null : s_marked[(int)code] = codec;
    }
}

/// <summary>Codec for structs that go as objects do.</summary>
internal sealed class UnboxedCodec<T>(ObjectCodec inner) : PayloadCodec<T>
{
    public override void Write(PayloadWriter writer, T value) => inner.Write(writer, value!);

    public override T Read(ref PayloadReader reader) => (T)inner.Read(ref reader, ObjectCodec.Unnumbered);
}
