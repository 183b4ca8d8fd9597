namespace Braid.Multiprocessing;

/// <summary>The way of objects in memory that has a name: the name. Over there the object is attached to it.</summary>
internal sealed class NamedSharedCodec<T> : ObjectCodec
    where T : class, INamedShared<T>
{
    public override void Write(PayloadWriter writer, object value) => writer.WriteString(((T)value).Name);

    public override object Read(ref PayloadReader reader, int number)
    {
        string name = reader.ReadString() ?? throw PayloadException.Damaged("shared memory came without its name");
        try
        {
            return T.Attach(name);
        }
        catch (IOException exception)
        {
            throw new PayloadException($"The {TypeText.Of(typeof(T))} that arrived cannot be attached: {exception.Message}", exception);
        }
    }
}
