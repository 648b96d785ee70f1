/* The one function of Windows that Rust's library takes from bcryptprimitives.dll and that Wine 8 lacks.
 * For the test bench only: never handed out. */
#include <windows.h>
#include <ntsecapi.h>

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T length)
{
    return RtlGenRandom(data, (ULONG)length);
}
