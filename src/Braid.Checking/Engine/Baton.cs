using System.Runtime.CompilerServices;

namespace Braid.Checking.Engine;

/// <summary>What an operating-system thread waits for while others run: the permission to run.</summary>
/// <remarks>
/// Of all the threads of an exploration one runs and the others each wait at their own baton. Handing over is the price of every
/// switch, so whoever waits looks for a moment before it sleeps. Only the one who gave last does look (it is the likeliest to be
/// given back, and two who look would take the processor from the one who runs); the others, seeing that another has begun, sleep.
/// The moment is shorter than a sleep and a wake: whom the looker has just woken may be queued for the looker's own processor, and begins only
/// when that one sleeps. On two busy processors, looking sixty times as long made small schedules take four times as long.
/// Giving and getting are full fences, so whatever the one wrote before, the other sees.
/// </remarks>
internal sealed unsafe class Baton
{
    private const int Absent = 0;
    private const int Present = 1;
    private const int Asleep = 2;
    private const int CacheLineWords = 16;

    private static readonly int s_looks = Environment.ProcessorCount == 1 ? 0 : 10;

    // Keeps the word where it is, on a cache line of its own.
    private readonly int[] _words = GC.AllocateArray<int>(2 * CacheLineWords, pinned: true);

    // Absent, Present, or Asleep: absent, and the owner sleeps on this word, or on this object where there is no futex. Exchanged by giver and owner.
    private readonly int* _state;

    public Baton() => _state = (int*)Unsafe.AsPointer(ref _words[CacheLineWords]);

    /// <summary>Lets the owner run. To be called once for each <see cref="Await"/>.</summary>
    public void Give()
    {
        if (Interlocked.Exchange(ref *_state, Present) == Asleep)
        {
            Wake();
        }
    }

    /// <summary>Waits until this is given.</summary>
    /// <param name="lookers">Counts who begins to look, for all threads of the exploration together.</param>
    public void Await(ref int lookers)
    {
        int mine = Interlocked.Increment(ref lookers);
        for (int i = 0; i < s_looks && Volatile.Read(ref lookers) == mine; i++)
        {
            if (Volatile.Read(ref *_state) == Present)
            {
                Volatile.Write(ref *_state, Absent);
                return;
            }

            Thread.SpinWait(4);
        }

        Sleep();
    }

    private void Wake()
    {
        if (Futex.IsSupported)
        {
            Futex.Wake(_state);
            return;
        }

        lock (this)
        {
            Monitor.Pulse(this);
        }
    }

    private void Sleep()
    {
        if (Futex.IsSupported)
        {
            if (Interlocked.CompareExchange(ref *_state, Asleep, Absent) == Absent)
            {
                while (Volatile.Read(ref *_state) == Asleep)
                {
                    Futex.Wait(_state, Asleep);
                }
            }
        }
        else
        {
            SleepOnMonitor();
        }

        Volatile.Write(ref *_state, Absent);
    }

    private void SleepOnMonitor()
    {
        lock (this)
        {
            if (Interlocked.CompareExchange(ref *_state, Asleep, Absent) == Absent)
            {
                while (Volatile.Read(ref *_state) == Asleep)
                {
                    Monitor.Wait(this);
                }
            }
        }
    }
}
