using System.Reflection;

namespace Braid.Multiprocessing;

/// <summary>The way of collections that are made empty, with their comparer, and filled: they are known to what they hold, so that circles survive.</summary>
internal abstract class FilledCodec : ObjectCodec
{
    /// <summary>What the constructor takes; null when it takes nothing.</summary>
    public virtual Type? SetupType => null;

    public sealed override object Read(ref PayloadReader reader, int number)
    {
        object collection = Make(ReadSetup(ref reader));
        reader.SetObject(number, collection);
        Fill(ref reader, collection);
        return collection;
    }

    /// <summary>What the constructor gets.</summary>
    public virtual object? ReadSetup(ref PayloadReader reader) => null;

    /// <summary>Runs the constructor on an object of a class derived from the collection's, of which no constructor runs.</summary>
    public virtual void Construct(object derived, Type collection, object? setup) =>
        collection.GetConstructor(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic, SetupType is null ? [] : [SetupType])!.Invoke(derived, SetupType is null ? [] : [setup]);

    /// <summary>Reads what it holds.</summary>
    public abstract void Fill(ref PayloadReader reader, object collection);

    /// <summary>Does what needs the fields of a derived class.</summary>
    public virtual void Complete(object derived)
    {
    }

    protected abstract object Make(object? setup);
}
