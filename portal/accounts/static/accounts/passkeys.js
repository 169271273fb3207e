// Says in words when the browser or the person stopped a passkey; allauth only logs it.
document.addEventListener('allauth.error', function (event) {
  const place = document.querySelector('[data-passkey-error]')
  if (!place) return
  event.preventDefault()
  place.hidden = false
})
