using System.Runtime.CompilerServices;
using Braid.Checking.Engine;

namespace Braid.Checking.Memory;

/// <summary>The volatile writes of one thread that the others do not see yet (<see cref="MemoryModel.Tso"/>).</summary>
/// <remarks>
/// <para>
/// x86-TSO (Sewell, Sarkar, Owens, Zappa Nardelli, Myreen, CACM 2010): each thread has a buffer of stores, first in, first out; a thread
/// reads its own newest store to a location, or else memory; at any moment the oldest store of a buffer may land in memory; a fence waits
/// until the buffer is empty.
/// </para>
/// <para>
/// Here each store lands as the only step of a controlled thread of its own, so that every strategy chooses the moment as it chooses
/// anything else, and landing at once is among the choices. That thread may begin only after the preceding store has landed. Meanwhile it
/// holds the reference to the location on its own stack: it needs the reference to write when it lands, and a reference into an object
/// cannot be stored anywhere else. So it runs once when the store is made, to pick the reference up, and hands the baton back.
/// </para>
/// <para>
/// Putting a store into the buffer is no scheduling point: no other thread notices. A fence is one, if there are stores: it is not enabled
/// until the last has landed. A hook must not switch in the middle of its work, so the fence comes first, where rewritten code asks for its
/// thread (<see cref="ControlledThread.AtHook"/>).
/// </para>
/// <para>
/// Only volatile writes of the program's own code are delayed. Plain writes that overtake them show only in a data race, which is reported
/// anyway. .NET's own code is trusted.
/// </para>
/// </remarks>
internal sealed class StoreBuffer(ControlledThread owner) : Resource
{
    /// <summary>The maximum number of stores that wait; one more lands the oldest.</summary>
    private const int Capacity = 8;

    private readonly List<Store> _stores = [];   // oldest first
    private bool _isFull;                        // the owner waits for room for one more, not for all to land

    public override string Noun => "store buffer";

    private ControlledThread Owner => owner;

    public override bool CanProceed(ControlledThread thread) => _stores.Count < (_isFull ? Capacity : 1);

    /// <summary>Makes the write one of the calling thread's stores, if such writes are delayed.</summary>
    public static bool TryPut<T>(ControlledThread thread, ref T location, T value, int site)
    {
        Execution execution = thread.Execution;
        if (execution.Settings.MemoryModel != MemoryModel.Tso || thread.NoSwitch > 0 || execution.Ending
            || (!execution.Settings.DelaysLibraries && (Sites.Traits(site) & SiteTraits.Library) != 0)
            || MemoryAccess.Locate(thread, ref Unsafe.As<T, byte>(ref location)) is not { } variable)
        {
            return false;
        }

        (thread.Stores ??= new StoreBuffer(thread)).Put(variable, ref location, value, site);
        return true;
    }

    /// <summary>The value that the thread itself reads at the location, if that is one of its stores.</summary>
    public bool TryRead<T>(ref T location, out T value)
    {
        Store? newest = NewestAt(ref Unsafe.As<T, byte>(ref location));
        if (newest is null)
        {
            value = default!;
            return false;
        }

        if (newest is Store<T> { Value: var own })
        {
            value = own;
            return true;
        }

        // The same memory, as another type.
        Fence();
        value = default!;
        return false;
    }

    /// <summary>Called before a plain access of the owner, which sees its own stores in order.</summary>
    public void FenceFor(ref byte location)
    {
        if (NewestAt(ref location) is not null)
        {
            Fence();
        }
    }

    /// <summary>Makes the owner wait until all its stores have landed.</summary>
    public void Fence()
    {
        if (_stores.Count > 0)
        {
            Await();
        }
    }

    private Store? NewestAt(ref byte location)
    {
        for (int place = _stores.Count - 1; place >= 0; place--)
        {
            if (_stores[place].IsAt(ref location))
            {
                return _stores[place];
            }
        }

        return null;
    }

    private void Put<T>(Variable variable, ref T location, T value, int site)
    {
        if (_stores.Count == Capacity)
        {
            _isFull = true;
            Await();
            _isFull = false;
        }

        owner.RecordOnly(OperationKind.Buffer, variable, site);
        MemoryAccess.RecordValue(owner, value);
        if ((Sites.Traits(site) & (SiteTraits.DerivedWrite | SiteTraits.StoresArgument)) != 0 && variable.IsLostUpdate(owner, site))
        {
            owner.Execution.OnLostUpdate(owner, variable, site);
        }

        var store = new Store<T>(this, variable, value, site);
        store.Begin(ref location, isHeldBack: _stores.Count > 0);
        _stores.Add(store);
    }

    private void Await()
    {
        if (!owner.Execution.Ending)
        {
            owner.Pending = new Operation(OperationKind.Fence, this, Sites.Engine);
            owner.BeginWait();
            owner.Execution.Schedule(owner);
        }
    }

    /// <summary>Called when the oldest store has landed.</summary>
    private void Landed(Store store)
    {
        _stores.RemoveAt(0);
        owner.Clock.Join(store.Thread!.Clock);
        if (_stores.Count > 0)
        {
            _stores[0].Thread!.IsHeldBack = false;
        }
    }

    private abstract class Store
    {
        /// <summary>The thread whose step lands the store.</summary>
        public ControlledThread? Thread { get; protected set; }

        /// <summary>
        /// Whether this is the store's location. The reference says so, and not the variable: if the garbage collector moves the object,
        /// the run does not count, but the program is to see nothing impossible in it.
        /// </summary>
        public abstract bool IsAt(ref byte location);
    }

    private sealed unsafe class Store<T>(StoreBuffer buffer, Variable variable, T value, int site) : Store
    {
        private nint _place;   // the address of the reference on the stack of the store's thread, while it is there; otherwise 0

        public T Value => value;

        public override bool IsAt(ref byte location) =>
            _place != 0 && Unsafe.AreSame(ref Unsafe.As<T, byte>(ref At(_place).Location), ref location);

        /// <summary>Starts its thread, which picks the reference up.</summary>
        public void Begin(ref T location, bool isHeldBack)
        {
            ControlledThread owner = buffer.Owner;
            Execution execution = owner.Execution;
            var place = new Place(ref location);
            nint address = (nint)Unsafe.AsPointer(ref place);
            Thread = execution.CreateWorker(owner, () => Land(address), isPoolThread: true);
            Thread.Name = $"store buffer of {owner.Name}";
            Thread.Owner = owner;
            Thread.IsHeldBack = isHeldBack;
            execution.Enter(owner, Thread, site);
            Thread.Pending = new Operation(OperationKind.Write, variable, site);
            execution.HandOver(owner, Thread);
        }

        private void Land(nint address)
        {
            ControlledThread thread = Thread!;
            Execution execution = thread.Execution;
            Place place = At(address);   // on the stack of the owner, which waits in that frame
            _place = (nint)Unsafe.AsPointer(ref place);
            try
            {
                execution.HandOver(thread, buffer.Owner);
            }
            finally
            {
                _place = 0;
            }

            if (execution.Ending)
            {
                return;
            }

            execution.CountTick();
            execution.HashBehaviour(thread, thread.Pending);
            execution.Recorder?.Step(thread, thread.Pending);
            MemoryAccess.RecordValue(thread, value);
            Access race = variable.Synchronize(thread, site, reads: false, writes: true);
            if (!race.IsNone)
            {
                Access now = new(thread.Index, site, Writes: true, thread.Shown(site));
                execution.OnRace(variable, race, now, MemoryAccess.IsOneReference<T>());
            }

            place.Location = value;
            buffer.Landed(this);
        }

        private static ref Place At(nint address) => ref Unsafe.AsRef<Place>((void*)address);

        private readonly ref struct Place(ref T location)
        {
            public readonly ref T Location = ref location;
        }
    }
}
