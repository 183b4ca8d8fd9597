namespace Braid.Checking.Engine;

/// <summary>Finds the checker's side of an object.</summary>
internal sealed class ResourceTable
{
    private readonly Dictionary<object, Resource> _byObject = new(ReferenceEqualityComparer.Instance);

    /// <summary>The state of this kind that the object has in this run; created at first use.</summary>
    /// <param name="key">The program's own object.</param>
    /// <param name="execution">The run.</param>
    /// <param name="make">Creates it from the state of the real object.</param>
    public T Get<T, TKey>(TKey key, Execution execution, Func<TKey, T> make)
        where T : Resource
        where TKey : class
    {
        _byObject.TryGetValue(key, out Resource? first);
        for (Resource? resource = first; resource is not null; resource = resource.NextOfSameObject)
        {
            if (resource is T found)
            {
                return found;
            }
        }

        T made = make(key);
        made.Id = ++execution.NextResourceId;
        execution.TraceCreation(made);
        made.NextOfSameObject = first;
        _byObject[key] = made;
        return made;
    }

    /// <summary>The state of this kind, if the object has one in this run.</summary>
    /// <exception cref="NullReferenceException">The program called the member on null.</exception>
    public T? Find<T>(object key)
        where T : Resource
    {
        _byObject.TryGetValue(key ?? throw new NullReferenceException(), out Resource? resource);
        while (resource is not null and not T)
        {
            resource = resource.NextOfSameObject;
        }

        return (T?)resource;
    }

    public IEnumerable<Resource> All => _byObject.Values.SelectMany(Chain);

    public void Clear() => _byObject.Clear();

    private static IEnumerable<Resource> Chain(Resource? resource)
    {
        for (; resource is not null; resource = resource.NextOfSameObject)
        {
            yield return resource;
        }
    }
}
