namespace Braid.Multiprocessing;

/// <summary>The way of delegates: for each method its name and the object it is called on.</summary>
/// <remarks>
/// The captured variables of a lambda are the fields of an object that the compiler made up; see <see cref="ClosureCodec"/>. Two lambdas over the same
/// variables share that object on the other side too, and a lambda that calls itself finds itself.
/// </remarks>
internal sealed class DelegateCodec : ObjectCodec
{
    public static DelegateCodec Instance { get; } = new();

    public override ReferenceKind Kind => ReferenceKind.Delegate;

    public override bool HasIdentity => false;

    public override void Write(PayloadWriter writer, object value)
    {
        var whole = (Delegate)value;
        if (whole.HasSingleTarget)
        {
            writer.WriteByte(1);
            WriteSingle(writer, whole);
            return;
        }

        Delegate[] parts = whole.GetInvocationList();
        writer.WriteVarint((ulong)parts.Length);
        foreach (Delegate part in parts)
        {
            WriteSingle(writer, part);
        }
    }

    public override object Read(ref PayloadReader reader, int number)
    {
        int count = reader.ReadCount(1);
        if (count == 1)
        {
            return ReadSingle(ref reader);
        }

        var parts = new Delegate[count];
        for (int i = 0; i < count; i++)
        {
            parts[i] = ReadSingle(ref reader);
        }

        return Delegate.Combine(parts) ?? throw PayloadException.Damaged("a delegate has no method");
    }

    private static void WriteSingle(PayloadWriter writer, Delegate single)
    {
        DelegateShape shape = DelegateShape.Of(single);
        writer.WriteName(shape.Name);
        if (shape.Closure is { } closure)
        {
            closure.Write(writer, single.Target!, shape.Use!);
            return;
        }

        try
        {
            shape.TargetCodec?.WriteBoxed(writer, single.Target);
        }
        catch (PayloadException exception) when (exception.Under(shape.TargetText))
        {
            throw new UnreachableException();
        }
    }

    private static Delegate ReadSingle(ref PayloadReader reader)
    {
        DelegateShape shape = reader.ReadShape();
        return shape.Create(shape.Closure is { } closure ? closure.Read(ref reader) : shape.TargetCodec?.ReadBoxed(ref reader));
    }
}
