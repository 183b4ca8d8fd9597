namespace Braid.Contracts;

/// <summary>The actors of a test that needs several; its end joins them.</summary>
public sealed class Crew : IAsyncDisposable
{
    private readonly Actor[] _members;

    public Crew(int count, Func<Actor> newActor) => _members = [.. Enumerable.Range(0, count).Select(_ => newActor())];

    public int Count => _members.Length;

    public Actor this[int index] => _members[index];

    /// <summary>Lets each member do something, all at once.</summary>
    public Task<T>[] Each<T>(Func<Actor, Task<T>> act) => [.. _members.Select(act)];

    /// <inheritdoc cref="Each{T}(Func{Actor, Task{T}})"/>
    public Task[] Each(Func<Actor, Task> act) => [.. _members.Select(act)];

    public async ValueTask DisposeAsync()
    {
        foreach (Actor member in _members)
        {
            await member.DisposeAsync();
        }
    }
}
